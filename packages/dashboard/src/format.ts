/** The locale for dates and numbers. It is English, like all texts of the page, with the region of the browser. */
const locale = navigator.language.startsWith("en") ? navigator.language : "en";

const exactFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
const dayFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const relativeFormat = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const numberFormat = new Intl.NumberFormat(locale);
const pluralRules = new Intl.PluralRules("en");

const units = [
  ["year", 31_557_600_000],
  ["month", 2_629_800_000],
  ["week", 604_800_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** Returns the date and time of an ISO 8601 text, in the time zone of the browser. */
export function formatExact(iso: string): string {
  return exactFormat.format(new Date(iso));
}

/** Returns the date of an ISO 8601 text. */
export function formatDay(iso: string): string {
  return dayFormat.format(new Date(iso));
}

/** Returns how long ago or how far ahead a time is, such as "3 days ago". */
export function formatRelative(iso: string, nowMs: number): string {
  const distanceMs = new Date(iso).getTime() - nowMs;
  for (const [unit, unitMs] of units) {
    if (Math.abs(distanceMs) >= unitMs) return relativeFormat.format(Math.trunc(distanceMs / unitMs), unit);
  }
  return distanceMs > 1000 ? relativeFormat.format(Math.trunc(distanceMs / 1000), "second") : "just now";
}

/** Returns a duration in seconds as "1 min 5 s", "15 min" or "12 s". */
export function formatSeconds(seconds: number): string {
  const rest = `${seconds % 60} s`;
  if (seconds < 60) return rest;
  const minutes = `${numberFormat.format(Math.floor(seconds / 60))} min`;
  return seconds % 60 === 0 ? minutes : `${minutes} ${rest}`;
}

/** Returns a number with its noun, such as "1 key" and "1,000 keys". */
export function formatCount(count: number, one: string, other: string): string {
  return `${numberFormat.format(count)} ${pluralRules.select(count) === "one" ? one : other}`;
}

/** Returns a network without the prefix length of a single address. */
export function formatNetwork(cidr: string): string {
  return cidr.replace(cidr.includes(":") ? /\/128$/ : /\/32$/, "");
}
