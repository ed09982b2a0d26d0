import { useEffect, useState } from "preact/hooks";
import { formatSeconds } from "../format.ts";

/** Counts seconds down and then calls `onEnd`. Screen readers read it when they get there, not every second. */
export function Countdown({ seconds, onEnd }: { readonly seconds: number; readonly onEnd: () => void }) {
  const [endMs] = useState(() => Date.now() + seconds * 1000);
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const timer = setInterval(() => {
      const next = Math.max(0, Math.ceil((endMs - Date.now()) / 1000));
      setLeft(next);
      if (next > 0) return;
      clearInterval(timer);
      onEnd();
    }, 250);
    return () => clearInterval(timer);
  }, [endMs]);
  return (
    <span role="timer" aria-live="off">
      {formatSeconds(left)}
    </span>
  );
}
