import { Option } from "commander";
import type { ListOptions } from "../../keys/list-keys.ts";
import type { CliCommand } from "../command.ts";
import { parseCountOption, parseDurationOption } from "../parse-options.ts";

/** Registers `briksync keys list`. */
export function registerKeysList(parent: CliCommand): void {
  parent
    .command("list")
    .alias("ls")
    .summary("List API keys")
    .description(
      "List the API keys of your company.\n\n" +
        "Filters can be combined: a key is listed only if it matches all of them. Use -o json or -o csv for exact times.\n\n" +
        "Fields: name, clientId, status, lastUsedAt, lastUsedIp, ipAllowlist, createdOn, rotatedOn, revokedOn, id.",
    )
    .addOption(
      new Option("--status <status>", "Show keys with this status: active, revoked or all (default: active)")
        .choices(["active", "revoked", "all"])
        .default("active"),
    )
    .option(
      "--unused-for <duration>",
      "Show keys that have been unused for this long, such as 90d",
      parseDurationOption,
    )
    .option("--older-than <duration>", "Show keys whose secret is at least this old, such as 90d", parseDurationOption)
    .option("--unrestricted", "Show keys without an IP allowlist")
    .option("--exit-code", "Exit with code 10 if any key is listed")
    .listOptions("the name, an ID or an IP address")
    .option("--limit <count>", "Maximum number of keys (default: no limit)", parseCountOption(1_000_000))
    .examples({
      "briksync keys list": "List the active keys",
      "briksync keys list --status all -o json": "Print all keys as JSON",
      "briksync keys list --search crm --sort lastUsedAt": "Find keys, unused ones first",
      "briksync keys list --fields name,clientId -o csv": "Print two columns as CSV",
      "briksync keys list --older-than 90d": "List keys that are due for rotation",
      "briksync keys list --unused-for 90d --exit-code": "Check for unused keys in a scheduled job",
      "briksync keys list --unrestricted -o ids": "Print the IDs of keys without an IP allowlist",
    })
    .runs<[], ListOptions>(async (context, _args, options) =>
      (await import("../../keys/list-keys.ts")).listKeys(context, options),
    );
}
