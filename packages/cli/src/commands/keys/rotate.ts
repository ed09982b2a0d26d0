import type { RotateOptions } from "../../rotation/rotate-options.ts";
import { canAsk } from "../../terminal/confirm.ts";
import type { CliCommand } from "../command.ts";
import { parseDurationOption, parseGraceOption, parseWaitOption } from "../parse-options.ts";
import { pickArgument } from "../pick-argument.ts";

/** Registers `briksync keys rotate`. */
export function registerKeysRotate(parent: CliCommand): void {
  const command: CliCommand = parent
    .command("rotate")
    .summary("Rotate the secret of a key")
    .description(description)
    .argument("[key...]", "ID, client ID or unique name. Several require --to")
    .optionsGroup("Delivery:")
    .deliveryOptions("Deliver the secret here (repeatable)", "Replace other content of a file or variable")
    .option("--secret-only", "Print only the secret to stdout")
    .option("--verify-with <command>", "Verify with a command that reads the secret")
    .option("--no-verify", "Do not verify the new secret")
    .optionsGroup("End of the old secret:")
    .option("--grace <duration>", "Keep the old secret working this long, up to 7d", parseGraceOption)
    .option("--wait-drained <duration>", "Finish after the old secret was unused this long", parseDurationOption)
    .option("--staged", "Keep both secrets working until --finish or --abort")
    .optionsGroup("Pending rotations:")
    .option("--status", "List the secrets that work, with their last use")
    .option("--finish", "Make the new secret the only one")
    .option("--abort", "End the new secret and keep the others")
    .option("--rotation <id>", "Rotation to finish or abort, if several are pending")
    .option("--force", "With --abort: end the secret even if it was used")
    .optionsGroup("Other options:")
    .option("--older-than <duration>", "Rotate all active keys with a secret this old", parseDurationOption)
    .option("--keep-going", "Continue with the next key if one fails")
    .option("--wait <duration>", "Time to wait for another run (default: 5m)", parseWaitOption)
    .option("--take-over", "Ignore the lease of a run that has stopped")
    .helpOption("-h, --help", "Show help with examples")
    .examples({
      "briksync keys rotate CRM": "Replace it immediately",
      "briksync keys rotate CRM --to env:.env#API_KEY": "Deliver it without an outage",
      "briksync keys rotate CRM --staged": "Show a second secret",
      "briksync keys rotate CRM --finish": "Make it the only one",
    })
    .runs<[keys: readonly string[]], RotateOptions>(async (context, [given], options) => {
      const { rotate } = await import("../../rotation/rotate.ts");
      // Without a terminal, the command itself says which keys it needs.
      if (options.olderThan !== undefined || (given.length === 0 && !canAsk(context))) {
        return rotate(context, given, options);
      }
      await pickArgument(context, command, "key", given, (_, keys) => rotate(context, keys, options));
    });
}

// The page fits on a screen of 50 lines. The topic page has the rest.
const description =
  "Rotate the secret of a key.\n\n" +
  "By default, the server replaces the secret immediately, and the CLI shows the new secret once. The server refuses the old secret, so the " +
  "CLI asks for confirmation. Without a terminal, pass --yes.\n\n" +
  "With --to, the CLI delivers and verifies the new secret before the old one ends. If a step fails, both secrets keep working. For the " +
  "destinations, the steps and more examples, run: briksync help rotation";
