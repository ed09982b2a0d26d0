const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** No duration is longer than this: a hundred years, which keeps every sum with it a valid date. */
const secondsMax = 36_525 * 86_400;

/** How a duration is written, for messages. */
export const durationForm = "a number and a unit (s, m, h, d or w), such as 30m, 2h or 90d";

/** Seconds of `90d`, `2h`, `30m`, `45s`, `2w`; null for anything else, for nothing, and for more than a hundred years. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,10})([smhdw])$/.exec(text.trim().toLowerCase());
  if (match === null) return null;
  const [, amount, unit] = match;
  const seconds = Number(amount) * unitSeconds[unit as keyof typeof unitSeconds];
  return seconds > 0 && seconds <= secondsMax ? seconds : null;
}

/** A moment as a user writes it: ISO 8601, in UTC unless it names a zone. The time of day may be left out. Null for anything else. */
export function parseIsoTime(text: string): Date | null {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$/i.exec(text.trim());
  if (match === null) return null;
  const [, day = "", time = "00:00", zone = "Z"] = match;
  const date = new Date(`${day}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(date.getTime())) return null;
  // 31 November would silently become 1 December.
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day) ? date : null;
}

/** Seconds as a user would write them, in the largest unit that holds them exactly: `90d`, `36h`, `0s`. */
export function formatDuration(seconds: number): string {
  const exact = (["d", "h", "m"] as const).find((unit) => seconds > 0 && seconds % unitSeconds[unit] === 0) ?? "s";
  return `${seconds / unitSeconds[exact]}${exact}`;
}
