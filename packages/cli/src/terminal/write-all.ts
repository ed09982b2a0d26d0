import type { Writable } from "node:stream";

/** Writes text and resolves with null when the stream has accepted it, or with the error. Never throws. */
export function writeAll(stream: Writable, text: string): Promise<NodeJS.ErrnoException | null> {
  if (stream.destroyed || stream.writableEnded)
    return Promise.resolve(Object.assign(new Error("closed"), { code: "EPIPE" }));
  return new Promise((resolve) => {
    // Without a listener, the error would also end the process.
    if (stream.listenerCount("error") === 0) stream.on("error", () => {});
    stream.write(text, (error) => resolve(error ?? null));
  });
}
