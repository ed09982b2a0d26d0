import { InvalidArgumentError } from "commander";
import { durationForm, parseDuration } from "../text/duration.ts";

/** For an option that may be given several times: collects the values in order. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** For an option that takes a duration; gives seconds. Throws commander's error for text that is none. */
export function parseDurationOption(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === null) throw new InvalidArgumentError(`Pass ${durationForm}.`);
  return seconds;
}

/** For an option that takes a whole number from 1 to `max`. */
export function parseCountOption(max: number): (text: string) => number {
  return (text) => {
    const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(count >= 1 && count <= max)) throw new InvalidArgumentError(`Pass a whole number from 1 to ${max}.`);
    return count;
  };
}

/** For an option that says how long to wait; `0` is not at all. Gives seconds. */
export function parseWaitOption(text: string): number {
  return /^0[smhdw]?$/.test(text.trim()) ? 0 : parseDurationOption(text);
}

/** The longest time that servers let a replaced secret go on working. */
const graceSecondsMax = 7 * 86_400;

/** For an option that says how long a replaced secret goes on working; gives seconds. */
export function parseGraceOption(text: string): number {
  const seconds = parseWaitOption(text);
  if (seconds > graceSecondsMax) throw new InvalidArgumentError("Pass at most 7d.");
  return seconds;
}
