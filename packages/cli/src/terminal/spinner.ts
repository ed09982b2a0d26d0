import type { Writable } from "node:stream";
import type { Terminal } from "./streams.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** How long something may take before it is worth a sign of life. */
export const spinnerDelayMs = 300;

const frameMs = 90;

/**
 * Turns on one line of `stream` (a terminal) after {@link spinnerDelayMs} and leaves the line empty when the returned
 * function is called. Cuts the label to the width that the terminal has at that moment: a line that wraps cannot be taken back. Its timers never
 * keep the process alive.
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

// The last column stays free: writing there already wraps in some terminals.
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

// Exact widths would mean loading their table. A character that is not ASCII may take two columns; two are never too few.
function countColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += /[\u0020-\u024f\u2026\u2800-\u28ff]/.test(character) ? 1 : 2;
  return columns;
}
