import type { Writable } from "node:stream";
import type { Terminal } from "./streams.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** Delay before the spinner appears. */
const spinnerDelayMs = 300;

const frameMs = 90;

/**
 * Shows a spinner on `stream` (a terminal) after {@link spinnerDelayMs}. The returned function clears the line. Cuts
 * the label to the current width, because a wrapped line cannot be cleared. Its timers do not keep the process alive.
 */
export function startSpinner(stream: Terminal<Writable>, label: string): () => void {
  let interval: NodeJS.Timeout | undefined;
  let frame = 0;
  const delay = setTimeout(() => {
    interval = setInterval(() => {
      stream.write(`\r\u001b[K${cutToColumns(`${frames[frame % frames.length]} ${label}`, stream.columns)}`);
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

// The last column stays empty, because some terminals wrap after it.
function cutToColumns(text: string, columns = 80): string {
  const room = Math.max(0, columns - 1);
  if (countColumns(text) <= room) return text;
  let cut = "";
  let used = 0;
  for (const character of text) {
    used += countColumns(character);
    if (used > room - 1) break;
    cut += character;
  }
  return room === 0 ? "" : `${cut}…`;
}

// Exact widths would require a large table. Two columns are enough for any character that is not ASCII.
function countColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += /[\u0020-\u024f\u2026\u2800-\u28ff]/.test(character) ? 1 : 2;
  return columns;
}
