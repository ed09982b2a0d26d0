const isoTimeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

/**
 * Returns a time in the canonical form (ISO 8601 UTC with milliseconds), or null if the text is not a time. Leap
 * seconds and years after 9999 have no canonical form.
 */
export function parseTimestamp(text: string): string | null {
  if (!isoTimeForm.test(text)) return null;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return null;
  const canonical = new Date(milliseconds).toISOString();
  return canonical.length === "2026-02-01T10:30:00.000Z".length ? canonical : null;
}

/** Returns the time that is `seconds` after a date, as a canonical timestamp. */
export function addSeconds(date: Date, seconds: number): string {
  return new Date(date.getTime() + seconds * 1000).toISOString();
}

/**
 * Maximum difference between the clocks of two machines, in seconds. A stored time further ahead comes from a wrong
 * clock.
 */
export const clockLeewaySeconds = 60;

/**
 * Returns whether a time is so far ahead that this server cannot have written it. The limit is `aheadSeconds` after
 * now, plus the leeway for clocks. Callers ignore such a time (S-65). `time` is canonical.
 */
export function isBeyond(time: string, now: Date, aheadSeconds = 0): boolean {
  return time > addSeconds(now, aheadSeconds + clockLeewaySeconds);
}

/** Returns the earlier of a time and now, because a last use cannot be in the future. Both are canonical. */
export function notAfter<T extends string | null>(time: T, now: string): T | string {
  return time !== null && time > now ? now : time;
}
