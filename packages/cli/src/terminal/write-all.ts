import type { Writable } from "node:stream";

/** Writes text and resolves when the stream passed it on: with null, or with the error that kept it from doing so. Never throws. */
export function writeAll(stream: Writable, text: string): Promise<NodeJS.ErrnoException | null> {
  if (stream.destroyed || stream.writableEnded)
    return Promise.resolve(Object.assign(new Error("closed"), { code: "EPIPE" }));
  return new Promise((resolve) => {
    // Without a listener the same error would also end the process.
    if (stream.listenerCount("error") === 0) stream.on("error", () => {});
    stream.write(text, (error) => resolve(error ?? null));
  });
}
