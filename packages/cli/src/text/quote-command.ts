import type { Host } from "../host.ts";
import { quoteArgument } from "./quote-argument.ts";

/** The command line of this run, as it may be copied into a shell to run it again, with another flag where one is given. */
export function quoteCommand({ argv }: Pick<Host, "argv">, flag?: string): string {
  // What follows `--` is no flag.
  const end = argv.indexOf("--");
  const words = flag === undefined ? argv : end === -1 ? [...argv, flag] : argv.toSpliced(end, 0, flag);
  return ["briksync", ...words.map(quoteArgument)].join(" ");
}
