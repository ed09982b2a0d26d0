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
