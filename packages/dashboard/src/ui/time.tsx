import { useEffect, useState } from "preact/hooks";
import { formatDay, formatExact, formatRelative } from "../format.ts";

const tickIntervalMs = 30_000;

/** Returns the current time in milliseconds, and renders again every `tickMs`. */
export function useNow(tickMs = tickIntervalMs): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, [tickMs]);
  return now;
}

/** A time as "3 days ago", with the exact time as its title. */
export function Time({ value, nowMs }: { readonly value: string; readonly nowMs: number }) {
  return (
    <time dateTime={value} title={formatExact(value)}>
      {formatRelative(value, nowMs)}
    </time>
  );
}

/** A time as its date, with the exact time as its title. */
export function Day({ value }: { readonly value: string }) {
  return (
    <time dateTime={value} title={formatExact(value)}>
      {formatDay(value)}
    </time>
  );
}
