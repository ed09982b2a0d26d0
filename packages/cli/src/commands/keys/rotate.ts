import type { Command } from "commander";
import type { RotateOptions } from "../../rotation/rotate-options.ts";
import { addExamples } from "../examples.ts";
import { parseDurationOption, parseGraceOption, parseWaitOption } from "../parse-options.ts";
import type { RunAction } from "../run-action.ts";
import { secretOnlyOption } from "./secret-only-option.ts";
import { addSinkHelp, addSinkOptions } from "./sink-options.ts";

/** `briksync keys rotate` */
export function registerKeysRotate(parent: Command, run: RunAction): void {
  const command = parent
    .command("rotate")
    .summary("Rotate the secret of a key")
    .description(description)
    .argument("[key...]", "ID, client ID or unique name of a key. Several keys require --to")
    .optionsGroup("Delivery:");
  addSinkOptions(command, "Replace files and variables that contain something other than a secret of the key")
    .option(
      "--verify-with <command>",
      "Verify the new secret with a command that reads it from stdin. By default, the CLI asks the server",
    )
    .option("--no-verify", "Do not verify the new secret")
    .option(...secretOnlyOption)
    .optionsGroup("End of the old secret:")
    .option(
      "--grace <duration>",
      "Keep the old secret working this long after the rotation, up to 7d. A later rotation can end it earlier",
      parseGraceOption,
    )
    .option(
      "--wait-drained <duration>",
      "Finish only after the old secret has been unused for this long",
      parseDurationOption,
    )
    .option(
      "--staged",
      "Keep both secrets working until you run --finish or --abort. Without --to, the CLI shows the new secret, which expires after " +
        "24 hours if it is not used",
    )
    .optionsGroup("Pending rotations:")
    .option("--status", "List the secrets of the key that work, with their last use")
    .option("--finish", "Make the new secret the only one")
    .option("--abort", "End the new secret and keep the others")
    .option("--rotation <id>", "Rotation to finish or abort. Required if several are pending")
    .option("--force", "With --abort: end the new secret even if it was used or delivered")
    .optionsGroup("Several keys and concurrent runs:")
    .option(
      "--older-than <duration>",
      "Rotate all active keys whose secret is at least this old. Requires --to",
      parseDurationOption,
    )
    .option("--keep-going", "Continue with the next key if one fails")
    .option(
      "--wait <duration>",
      "Time to wait for another run on the same key; 0 to fail immediately (default: 5m)",
      parseWaitOption,
    )
    .option(
      "--take-over",
      "Continue even though another rotation holds or last held the lease. Use it only when you know that run has stopped",
    )
    .optionsGroup("Other options:")
    .helpOption("-h, --help", "Show help with examples")
    .action(
      run<[keys: readonly string[]], RotateOptions>(async (context, [keys], options) =>
        (await import("../../rotation/rotate.ts")).rotate(context, keys, options),
      ),
    );
  addSinkHelp(command);
  addExamples(command, [
    ["briksync keys rotate CRM", "Replace the secret immediately, after a confirmation"],
    ["SECRET=$(briksync keys rotate CRM --yes --secret-only)", "Replace the secret in a script"],
    [
      "briksync keys rotate CRM --to env:.env#API_KEY --grace 24h",
      "Deliver the new secret first, and keep the old one for a day",
    ],
    [
      "briksync keys rotate CRM --to file:crm.key --verify-with ./check.sh",
      "Verify the new secret with your own check",
    ],
    [
      "briksync keys rotate --older-than 90d --to 'exec:./deploy {id}' --yes",
      "Rotate all keys whose secret is at least 90 days old",
    ],
    ["briksync keys rotate CRM --staged", "Show a new secret and keep the old one working"],
    ["briksync keys rotate CRM --status", "See which secrets are still in use"],
    [
      "briksync keys rotate CRM --finish --wait-drained 10m --yes",
      "Finish when the old secret has been unused for 10 minutes",
    ],
  ]);
}

const description =
  "Rotate the secret of a key.\n\n" +
  "By default, the server replaces the secret immediately, and the CLI shows the new secret once. The server refuses the old secret, so the " +
  "CLI asks for confirmation first. Without a terminal, pass --yes. Use --grace to keep the old secret working for a while.\n\n" +
  "With --to, the CLI delivers and verifies the new secret before the old one ends. If a step fails, both secrets keep working. Run the same " +
  "command again to resume. See: briksync help rotation";
