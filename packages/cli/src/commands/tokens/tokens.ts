import { type Command, Option } from "commander";
import { formatSinkHelp } from "../../sinks/sink-forms.ts";
import type { CreateTokenOptions, RotateTokenOptions } from "../../tokens/issue-token.ts";
import { addExamples } from "../examples.ts";
import { addDeliveryOptions } from "../keys/sink-options.ts";
import { collect, parseDurationOption } from "../parse-options.ts";
import type { RunAction } from "../run-action.ts";

const tokenArgument = ["<token>", "ID or unique name of the automation token"] as const satisfies [string, string];
const loadManagement = () => import("../../tokens/manage-token.ts");
const overwriting = "Replace other content of a file or variable";

/** `briksync tokens create`, `list`, `show`, `rotate` and `revoke` */
export function registerTokens(parent: Command, run: RunAction): void {
  registerCreate(parent, run);
  const list = parent
    .command("list")
    .alias("ls")
    .summary("List automation tokens")
    .description(
      "List the automation tokens of your company: their expiry, their last use, and whether their creator has left.",
    )
    .action(run(async (context) => (await loadManagement()).listTokens(context)));
  addExamples(list, [["briksync tokens list", "List all automation tokens"]]);

  const show = parent
    .command("show")
    .summary("Show an automation token")
    .description("Show what an automation token may do, and its last use. The server never shows its secret again.")
    .argument(...tokenArgument)
    .action(run<[token: string]>(async (context, [token]) => (await loadManagement()).showToken(context, token)));
  addExamples(show, [["briksync tokens show Jenkins", "Show a token by its name"]]);
  registerRotate(parent, run);

  const revoke = parent
    .command("revoke")
    .summary("Revoke an automation token permanently")
    .description(
      "Revoke an automation token permanently. The server refuses it from the next request.\n\n" +
        "The CLI asks for confirmation. Without a terminal, pass --yes.",
    )
    .argument(...tokenArgument)
    .action(run<[token: string]>(async (context, [token]) => (await loadManagement()).revokeToken(context, token)));
  addExamples(revoke, [["briksync tokens revoke Jenkins", "Revoke a token by its name"]]);
}

function registerCreate(parent: Command, run: RunAction): void {
  const command = parent
    .command("create")
    .summary("Create an automation token")
    .description(
      "Create an automation token for a system that gives its jobs no token, such as Jenkins or cron. For other systems, add a trust.\n\n" +
        "At a terminal, the CLI shows the token once. Elsewhere, pass --to. Set the token as BRIKSYNC_TOKEN.",
    )
    .argument("<name>", "Name of the token, such as Jenkins (1 to 100 characters)")
    .requiredOption("--key <key>", "Key that the token may use: ID, client ID or unique name (repeatable)", collect)
    .requiredOption("--expires <duration>", "Time until the token expires, at most 365d", parseDurationOption)
    .addOption(
      new Option("--may <what>", "What the token may do. The only value is rotate, which is the default")
        .choices(["rotate"])
        .default("rotate"),
    )
    .option("--from <cidr>", "Allow only calls from this IP address or network (repeatable)", collect);
  addDeliveryOptions(command, "Deliver the token here (repeatable; see below)", overwriting).action(
    run<[name: string], CreateTokenOptions>(async (context, [name], options) =>
      (await import("../../tokens/issue-token.ts")).createToken(context, name, options),
    ),
  );
  command.addHelpText("after", `\n${formatSinkHelp("token")}`);
  addExamples(command, [
    [
      "briksync tokens create Jenkins --key CRM --expires 90d --to file:jenkins.token",
      "Create a token and write it to a file",
    ],
  ]);
}

function registerRotate(parent: Command, run: RunAction): void {
  const command = parent
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
      parseDurationOption,
    );
  addDeliveryOptions(command, "Deliver the token here (repeatable)", overwriting).action(
    run<[token: string], RotateTokenOptions>(async (context, [token], options) =>
      (await import("../../tokens/issue-token.ts")).rotateToken(context, token, options),
    ),
  );
  addExamples(command, [["briksync tokens rotate Jenkins --to file:jenkins.token", "Replace the token in a file"]]);
}
