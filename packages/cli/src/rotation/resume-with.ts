import { formatDuration } from "../text/duration.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import type { RotateOptions } from "./rotate-options.ts";

/** Returns the command line that rotates these keys with these options. */
export function resumeWith(keys: readonly { readonly clientId: string }[], options: RotateOptions): string {
  const { to = [], staged, grace, verifyWith, verify, waitDrained, wait, takeOver, keepGoing, sinkTimeout } = options;
  const { overwrite } = options;
  const last = (flag: string, seconds: number | undefined): readonly string[] =>
    seconds === undefined ? [] : [flag, formatDuration(seconds)];
  const words = [
    ...keys.map(({ clientId }) => clientId),
    ...to.flatMap((spec) => ["--to", spec]),
    ...(staged === true ? ["--staged"] : []),
    ...last("--grace", grace),
    ...(verifyWith === undefined ? [] : ["--verify-with", verifyWith]),
    ...(verify ? [] : ["--no-verify"]),
    ...last("--wait-drained", waitDrained),
    ...last("--wait", wait),
    ...(takeOver === true ? ["--take-over"] : []),
    ...(overwrite === true ? ["--overwrite"] : []),
    ...(keepGoing === true ? ["--keep-going"] : []),
    ...(sinkTimeout === undefined ? [] : ["--sink-timeout", String(sinkTimeout / 1000)]),
    ...(keys.length > 1 ? ["--yes"] : []),
  ];
  return `briksync keys rotate ${words.map(quoteArgument).join(" ")}`;
}
