const units = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** How long setting a time in the future may have taken. */
const sendingSeconds = 10;

/**
 * `3 days ago`, `in 2 hours`, `just now`; `whenMissing` for null and undefined. Rounds down, so that nothing looks older than it is.
 * Text that is no time comes back as it is.
 */
export function formatRelativeTime(time: string | null | undefined, now: Date, whenMissing = "never"): string {
  if (time === null || time === undefined) return whenMissing;
  const then = Date.parse(time);
  if (Number.isNaN(then)) return time;
  const seconds = (then - now.getTime()) / 1000;
  // What was set to end in two hours a moment ago must not read "in 1 hour".
  const distance = seconds > 60 ? seconds + sendingSeconds : Math.abs(seconds);
  for (const [unit, length] of units) {
    // Weeks only up to a month: "5 weeks ago" reads worse than "1 month ago".
    const count = Math.floor(distance / length);
    if (count < 1) continue;
    const text = `${count} ${unit}${count === 1 ? "" : "s"}`;
    return seconds < 0 ? `${text} ago` : `in ${text}`;
  }
  if (distance < 10) return seconds <= 0 ? "just now" : "in a moment";
  const text = `${Math.floor(distance)} seconds`;
  return seconds < 0 ? `${text} ago` : `in ${text}`;
}
