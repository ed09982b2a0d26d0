import { type Command, InvalidArgumentError } from "commander";
import { collect } from "../parse-options.ts";

/**
 * Adds `--to`, `--overwrite`, `--sink-timeout` and `--secret-only` to a command that creates a secret, with the help
 * texts of the first two.
 */
export function addSinkOptions(command: Command, to: string, overwriting: string): Command {
  return addDeliveryOptions(command, to, overwriting).option("--secret-only", "Print only the secret to stdout");
}

/** Adds `--to`, `--overwrite` and `--sink-timeout`, with the help texts of the first two. */
export function addDeliveryOptions(command: Command, to: string, overwriting: string): Command {
  return command
    .option("--to <destination>", to, collect)
    .option("--overwrite", overwriting)
    .option("--sink-timeout <seconds>", "Time limit for each command (default: 60)", parseSinkTimeout);
}

/** Converts seconds to milliseconds. */
function parseSinkTimeout(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds > 0 && seconds <= 3600))
    throw new InvalidArgumentError("Pass seconds between 0 and 3600, such as 120.");
  return Math.max(1, Math.round(seconds * 1000));
}
