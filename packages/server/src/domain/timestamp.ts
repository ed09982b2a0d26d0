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
