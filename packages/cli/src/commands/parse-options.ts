import { InvalidArgumentError } from "commander";
import { durationForm, parseDuration } from "../text/time.ts";

/** Parser for a repeatable option. Collects the values in order. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** Parser for a duration. Returns seconds. Throws commander's error if the text is not a duration. */
export function parseDurationOption(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === null) throw new InvalidArgumentError(`Pass ${durationForm}.`);
  return seconds;
}

/** Parser for a whole number from 1 to `max`. */
export function parseCountOption(max: number): (text: string) => number {
  return (text) => {
    const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(count >= 1 && count <= max)) throw new InvalidArgumentError(`Pass a whole number from 1 to ${max}.`);
    return count;
  };
}

/** Parser for a waiting time. Returns seconds. `0` means not to wait. */
export function parseWaitOption(text: string): number {
  return /^0[smhdw]?$/.test(text.trim()) ? 0 : parseDurationOption(text);
}

const daySeconds = 86_400;

/** Parser for a grace period. Returns seconds. Servers allow 7 days. */
export function parseGraceOption(text: string): number {
  return requireDays(7, parseWaitOption(text));
}

/** Parser for the lifetime of a token. Returns seconds. Servers allow 365 days. */
export function parseLifetimeOption(text: string): number {
  return requireDays(365, parseDurationOption(text));
}

function requireDays(daysMax: number, seconds: number): number {
  if (seconds > daysMax * daySeconds) throw new InvalidArgumentError(`Pass at most ${daysMax}d.`);
  return seconds;
}

/** Parser for a time limit in seconds. Returns milliseconds. The error suggests `example`. */
export function parseSecondsOption(example: number): (text: string) => number {
  return (text) => {
    const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (seconds > 0 && seconds <= 3600) return Math.max(1, Math.round(seconds * 1000));
    throw new InvalidArgumentError(`Pass seconds from 0.001 to 3600, such as ${example}.`);
  };
}
