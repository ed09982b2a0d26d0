import { type Command, InvalidArgumentError } from "commander";
import { formatSinkHelp } from "../../sinks/sink-forms.ts";
import { collect } from "../parse-options.ts";

/** Adds `--to`, `--overwrite` and `--sink-timeout` to a command that creates a secret. `overwriting` is the help text of `--overwrite`. */
export function addSinkOptions(command: Command, overwriting: string): Command {
  return command
    .option("--to <destination>", "Deliver the secret here instead of showing it (repeatable; see below)", collect)
    .option("--overwrite", overwriting)
    .option(
      "--sink-timeout <seconds>",
      "Time limit for each command that receives the secret (default: 60)",
      parseSinkTimeout,
    );
}

/** Adds the list of destinations to the help of a command. Call it before `addExamples`. */
export function addSinkHelp(command: Command): Command {
  return command.addHelpText("after", formatSinkHelp());
}

/** Converts seconds to milliseconds. */
function parseSinkTimeout(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds > 0 && seconds <= 3600))
    throw new InvalidArgumentError("Pass seconds between 0 and 3600, such as 120.");
  return Math.max(1, Math.round(seconds * 1000));
}
