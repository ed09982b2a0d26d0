import type { Writable } from "node:stream";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** How long something may take before it is worth a sign of life. */
export const spinnerDelayMs = 300;

const frameMs = 90;

/**
 * Turns on one line of `stream` (a terminal) after {@link spinnerDelayMs} and leaves the line empty when the returned
 * function is called. Its timers never keep the process alive.
 */
export function startSpinner(stream: Writable, label: string): () => void {
  let interval: NodeJS.Timeout | undefined;
  let frame = 0;
  const delay = setTimeout(() => {
    interval = setInterval(() => {
      stream.write(`\r\u001b[K${frames[frame % frames.length]} ${label}`);
      frame += 1;
    }, frameMs);
    interval.unref();
  }, spinnerDelayMs - frameMs);
  delay.unref();
  return () => {
    clearTimeout(delay);
    if (interval === undefined) return;
    clearInterval(interval);
    interval = undefined;
    if (frame > 0) stream.write("\r\u001b[K");
  };
}
