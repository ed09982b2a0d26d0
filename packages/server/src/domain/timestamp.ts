const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

/**
 * The time in the one form we store and compare as text, ISO 8601 UTC with milliseconds; null for anything that is no such
 * time. Leap seconds and years beyond 9999 are none: they have no place in that form.
 */
export function parseTimestamp(text: string): string | null {
  if (!ISO_TIME.test(text)) return null;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return null;
  const canonical = new Date(milliseconds).toISOString();
  return canonical.length === "2026-02-01T10:30:00.000Z".length ? canonical : null;
}

/** The instant so many seconds after another, as a canonical timestamp. */
export function addSeconds(date: Date, seconds: number): string {
  return new Date(date.getTime() + seconds * 1000).toISOString();
}

/** How far the clocks of two machines may be apart, in seconds. A stored time further ahead was written by a wrong clock. */
export const clockLeewaySeconds = 60;

/**
 * Whether a time cannot be right: it is later than the latest one that this server could write now, `aheadSeconds` from now.
 * Such a time is never believed (S-65). `time` is canonical.
 */
export function isBeyond(time: string, now: Date, aheadSeconds = 0): boolean {
  return time > addSeconds(now, aheadSeconds + clockLeewaySeconds);
}

/** The earlier one of a time that has been and now: a use cannot have been later. Both are canonical. */
export function notAfter<T extends string | null>(time: T, now: string): T | string {
  return time !== null && time > now ? now : time;
}
