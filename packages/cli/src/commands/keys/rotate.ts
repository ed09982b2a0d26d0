import type { Command } from "commander";
import type { RotateOptions } from "../../rotation/rotate-options.ts";
import { addExamples } from "../examples.ts";
import { parseDurationOption, parseGraceOption, parseWaitOption } from "../parse-options.ts";
import type { RunAction } from "../run-action.ts";
import { keyArgument } from "./key-argument.ts";
import { secretOnlyOption } from "./secret-only-option.ts";
import { addSinkHelp, addSinkOptions } from "./sink-options.ts";

/** `briksync keys rotate` */
export function registerKeysRotate(parent: Command, run: RunAction): void {
  const [, meaning] = keyArgument;
  const command = parent
    .command("rotate")
    .summary("replace a key's secret: at once, or in stages so that nobody is refused")
    .description(description)
    .argument("[key...]", `for each key ${meaning}`);
  addSinkOptions(command, "Replace files and variables that hold anything else than a client secret of the key")
    .option(
      "--staged",
      "stop before the old secret ends; finish later with --finish. Without --to the new one is shown, and ends after 24h unless it is used before",
    )
    .option(
      "--grace <duration>",
      "let the old secret work this long after the rotation, up to 7d; a later rotation ends it earlier",
      parseGraceOption,
    )
    .option("--verify-with <command>", "check the new secret with this command, which reads it on standard input")
    .option("--no-verify", "do not check the new secret before the old one ends")
    .option("--wait-drained <duration>", "finish once the old secret was not used for this long", parseDurationOption)
    .option(
      "--wait <duration>",
      "wait this long for another run of the same key, 0 not at all (default: 5m)",
      parseWaitOption,
    )
    .option(
      "--take-over",
      "go on although another run may be at work or was later; for people who know that it is over or dead",
    )
    .option("--older-than <duration>", "rotate every key whose secret is at least this old", parseDurationOption)
    .option("--keep-going", "of several keys, go on with the next where one fails")
    .option("--finish", "finish a rotation: its secret becomes the only one")
    .option("--abort", "abort a rotation: its secret stops working")
    .option("--rotation <id>", "which one to finish or abort, where several are pending")
    .option("--force", "abort although the new secret was used already")
    .option("--status", "show every secret that works, and when and from where it was last used")
    .option(...secretOnlyOption)
    .action(
      run<[keys: readonly string[]], RotateOptions>(async (context, [keys], options) =>
        (await import("../../rotation/rotate.ts")).rotate(context, keys, options),
      ),
    );
  addSinkHelp(command);
  addExamples(command, [
    ["briksync keys rotate CRM", "at once: asks, then shows the new secret"],
    ["SECRET=$(briksync keys rotate CRM --yes --secret-only)", "at once, in a script"],
    ["briksync keys rotate CRM --to env:.env#API_KEY --grace 24h", "so that nobody is refused"],
    ["briksync keys rotate CRM --to file:crm.key --verify-with ./check.sh", "with a check of your own"],
    ["briksync keys rotate --older-than 90d --to 'exec:./deploy {id}' --yes", "all that are due"],
    ["briksync keys rotate CRM --staged", "shows a second secret; finish or abort it later"],
    ["briksync keys rotate CRM --status", "what is pending, and what is still used"],
    ["briksync keys rotate CRM --finish --wait-drained 10m --yes", "once the old one is unused"],
  ]);
}

const description =
  "Replace a key's secret. Without --to and --staged the old one stops working immediately, so whoever uses it is refused until it has " +
  "the new one: says when and from where the key was last used and asks first; without a terminal --yes is needed. The new secret is shown " +
  "only now; a run that was cut off before recovers it when it is repeated within 24 hours.\n\n" +
  "With --to the rotation is staged: a new secret is made beside the old one, handed to every place, checked with the server (or by your " +
  "command), and only then the old one ends. Whatever fails or is interrupted before leaves both working, says which place has which, and " +
  "the same command goes on. Several keys are asked for once, or need --yes without a terminal. One key needs no confirmation, but at a " +
  "terminal you are asked first where the rotation ends a secret in use besides the old one: within the grace of an earlier rotation, or " +
  "pending. The same holds for a file or variable that holds anything else than a client secret. Without a terminal, that needs --overwrite. " +
  "Whatever else it ends is told, and is endedSecrets in -o json. Runs on other machines wait for each other.";
