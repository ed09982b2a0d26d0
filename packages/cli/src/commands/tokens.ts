import { Option } from "commander";
import { formatSinkHelp } from "../sinks/sink-forms.ts";
import type { CreateTokenOptions, RotateTokenOptions } from "../tokens/issue-token.ts";
import type { CliCommand } from "./command.ts";
import { collect, parseLifetimeOption } from "./parse-options.ts";

const tokenArgument = ["<token>", "ID or unique name of the automation token"] as const satisfies [string, string];
const loadManagement = () => import("../tokens/manage-token.ts");
const overwriting = "Replace other content of a file or variable";

/** Registers `briksync tokens create`, `list`, `show`, `rotate` and `revoke`. */
export function registerTokens(parent: CliCommand): void {
  parent
    .command("create")
    .summary("Create an automation token")
    .description(
      "Create an automation token for a system that gives its jobs no token, such as Jenkins or cron. For other systems, add a trust.\n\n" +
        "At a terminal, the CLI shows the token once. Elsewhere, pass --to. Set the token as BRIKSYNC_TOKEN.",
    )
    .argument("<name>", "Name of the token, such as Jenkins (1 to 100 characters)")
    .requiredOption("--key <key>", "Key that the token may use: ID, client ID or unique name (repeatable)", collect)
    .requiredOption("--expires <duration>", "Time until the token expires, at most 365d", parseLifetimeOption)
    .addOption(
      new Option("--may <what>", "What the token may do. The only value is rotate, which is the default")
        .choices(["rotate"])
        .default("rotate"),
    )
    .option("--from <cidr>", "Allow only calls from this IP address or network (repeatable)", collect)
    .deliveryOptions("Deliver the token here (repeatable; see below)", overwriting)
    .addHelpText("after", `\n${formatSinkHelp("token")}`)
    .examples({
      "briksync tokens create Jenkins --key CRM --expires 90d --to file:jenkins.token":
        "Create a token and write it to a file",
    })
    .runs<[name: string], CreateTokenOptions>(async (context, [name], options) =>
      (await import("../tokens/issue-token.ts")).createToken(context, name, options),
    );

  parent
    .command("list")
    .alias("ls")
    .summary("List automation tokens")
    .description(
      "List the automation tokens of your company: their expiry, their last use, and whether their creator has left.",
    )
    .examples({ "briksync tokens list": "List all automation tokens" })
    .runs(async (context) => (await loadManagement()).listTokens(context));

  parent
    .command("show")
    .summary("Show an automation token")
    .description("Show what an automation token may do, and its last use. The server never shows its secret again.")
    .argument(...tokenArgument)
    .examples({ "briksync tokens show Jenkins": "Show a token by its name" })
    .runs<[token: string]>(async (context, [token]) => (await loadManagement()).showToken(context, token));

  parent
    .command("rotate")
    .summary("Replace an automation token")
    .description(
      "Replace an automation token. The old token works until the new one is used for the first time.\n\n" +
        "At a terminal, the CLI shows the new token once. Elsewhere, pass --to.",
    )
    .argument(...tokenArgument)
    .option(
      "--expires <duration>",
      "Time until the new token expires (default: as at its creation)",
      parseLifetimeOption,
    )
    .deliveryOptions("Deliver the token here (repeatable)", overwriting)
    .examples({ "briksync tokens rotate Jenkins --to file:jenkins.token": "Replace the token in a file" })
    .runs<[token: string], RotateTokenOptions>(async (context, [token], options) =>
      (await import("../tokens/issue-token.ts")).rotateToken(context, token, options),
    );

  parent
    .command("revoke")
    .summary("Revoke an automation token permanently")
    .description(
      "Revoke an automation token permanently. The server refuses it from the next request.\n\n" +
        "The CLI asks for confirmation. Without a terminal, pass --yes.",
    )
    .argument(...tokenArgument)
    .examples({ "briksync tokens revoke Jenkins": "Revoke a token by its name" })
    .runs<[token: string]>(async (context, [token]) => (await loadManagement()).revokeToken(context, token));
}
