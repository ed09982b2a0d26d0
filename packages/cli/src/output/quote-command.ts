import type { Host } from "../context.ts";
import { quoteArgument } from "./quote-argument.ts";

/** The command line of this run, as it may be copied into a shell to run it again. */
export function quoteCommand({ argv }: Pick<Host, "argv">): string {
  return ["briksync", ...argv.map(quoteArgument)].join(" ");
}
