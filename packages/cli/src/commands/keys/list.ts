import { type Command, Option } from "commander";
import type { ListOptions } from "../../keys/list-keys.ts";
import { addExamples } from "../examples.ts";
import { parseDurationOption } from "../parse-options.ts";
import type { RunAction } from "../run-action.ts";

/** `briksync keys list` */
export function registerKeysList(parent: Command, run: RunAction): void {
  const command = parent
    .command("list")
    .alias("ls")
    .summary("list keys: all, or those that need attention")
    .description(
      "List the keys of your company. Conditions add up: a key is listed if all of them hold. Exact times are in -o json and -o csv.",
    )
    .addOption(new Option("--status <status>", "which keys").choices(["active", "revoked", "all"]).default("active"))
    .option("--unused-for <duration>", "only keys that nobody used for this long, such as 90d", parseDurationOption)
    .option("--older-than <duration>", "only keys whose secret is at least this old, such as 90d", parseDurationOption)
    .option("--unrestricted", "only keys that every address may use")
    .option("--exit-code", "end with exit code 10 if any key is listed, for scheduled checks")
    .action(
      run<[], ListOptions>(async (context, _args, options) =>
        (await import("../../keys/list-keys.ts")).listKeys(context, options),
      ),
    );
  addExamples(command, [
    ["briksync keys list", "the active ones"],
    ["briksync keys list --status all -o json", "everything, for programs"],
    ["briksync keys list --older-than 90d", "due for rotation"],
    ["briksync keys list --unused-for 90d --exit-code", "a check for cron or CI"],
    ["briksync keys list --unrestricted -o ids", "one id per line"],
  ]);
}
