import { type Command, InvalidArgumentError } from "commander";
import { formatSinkHelp } from "../../sinks/sink-forms.ts";
import { collect } from "../parse-options.ts";

/** Adds `--to`, `--overwrite` and `--sink-timeout` wherever a secret is made. `overwriting` says what the second one allows. */
export function addSinkOptions(command: Command, overwriting: string): Command {
  return command
    .option("--to <sink>", "hand the secret there and do not show it (repeatable; sinks are listed below)", collect)
    .option("--overwrite", overwriting)
    .option("--sink-timeout <seconds>", "stop a program that takes longer with it (default: 60)", parseSinkTimeout);
}

/** Adds the list of sinks to a command's help; call it before the examples are added. */
export function addSinkHelp(command: Command): Command {
  return command.addHelpText("after", formatSinkHelp());
}

/** Seconds to milliseconds. */
function parseSinkTimeout(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds > 0 && seconds <= 3600))
    throw new InvalidArgumentError("Give seconds between 0 and 3600, such as 120.");
  return Math.max(1, Math.round(seconds * 1000));
}
