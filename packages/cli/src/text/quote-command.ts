import type { Host } from "../host.ts";
import { quoteArgument } from "./quote-argument.ts";

/** Returns the command line of this run for copying into a shell, optionally with another flag. */
export function quoteCommand({ argv }: Pick<Host, "argv">, flag?: string): string {
  // Words after `--` are not flags.
  const end = argv.indexOf("--");
  const words = flag === undefined ? argv : end === -1 ? [...argv, flag] : argv.toSpliced(end, 0, flag);
  return ["briksync", ...words.map(quoteArgument)].join(" ");
}
