const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** The maximum duration, a hundred years. It keeps all computed dates valid. */
const secondsMax = 36_525 * 86_400;

/** The format of a duration, for messages. */
export const durationForm = "a number and a unit (s, m, h, d or w), such as 30m, 2h or 90d";

/**
 * Returns the seconds of a duration such as `90d`, `2h`, `30m`, `45s` or `2w`. Returns null for other text, for zero,
 * and for more than a hundred years.
 */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,10})([smhdw])$/.exec(text.trim().toLowerCase());
  if (match === null) return null;
  const [, amount, unit] = match;
  const seconds = Number(amount) * unitSeconds[unit as keyof typeof unitSeconds];
  return seconds > 0 && seconds <= secondsMax ? seconds : null;
}

/** Parses an ISO 8601 time, in UTC unless it has a zone. The time of day is optional. Returns null for other text. */
export function parseIsoTime(text: string): Date | null {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$/i.exec(text.trim());
  if (match === null) return null;
  const [, day = "", time = "00:00", zone = "Z"] = match;
  const date = new Date(`${day}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(date.getTime())) return null;
  // Date would convert 31 November to 1 December.
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day) ? date : null;
}

/** Formats seconds in the largest unit that fits exactly: `90d`, `36h`, `0s`. */
export function formatDuration(seconds: number): string {
  const exact = (["d", "h", "m"] as const).find((unit) => seconds > 0 && seconds % unitSeconds[unit] === 0) ?? "s";
  return `${seconds / unitSeconds[exact]}${exact}`;
}

const units = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** Time that a request to set a future time may take. */
const sendingSeconds = 10;

/**
 * Returns `3 days ago`, `in 2 hours` or `just now`. Returns `never` for null and undefined. Rounds down, so that
 * nothing looks older than it is. Returns text that is not a time unchanged.
 */
export function formatRelativeTime(time: string | null | undefined, now: Date): string {
  if (time === null || time === undefined) return "never";
  const then = Date.parse(time);
  if (Number.isNaN(then)) return time;
  const seconds = (then - now.getTime()) / 1000;
  // A time that was set to "in 2 hours" a moment ago must not read "in 1 hour".
  const distance = seconds > 60 ? seconds + sendingSeconds : Math.abs(seconds);
  for (const [unit, length] of units) {
    // Weeks are used only up to a month, because "1 month ago" reads better than "5 weeks ago".
    const count = Math.floor(distance / length);
    if (count < 1) continue;
    const text = `${count} ${unit}${count === 1 ? "" : "s"}`;
    return seconds < 0 ? `${text} ago` : `in ${text}`;
  }
  if (distance < 10) return seconds <= 0 ? "just now" : "in a moment";
  const text = `${Math.floor(distance)} seconds`;
  return seconds < 0 ? `${text} ago` : `in ${text}`;
}

/** Returns an ISO time without milliseconds. */
export function shortenTime(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}
