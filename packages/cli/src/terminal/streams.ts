import type { Readable, Writable } from "node:stream";

/** A stream that may be a terminal. */
export type Terminal<Stream> = Stream & {
  readonly columns?: number;
  readonly rows?: number;
  setRawMode?(isOn: boolean): unknown;
};

/** The standard streams. Each is created on first use, because creating one takes longer than most commands. */
export interface Streams {
  readonly stdin: Terminal<Readable>;
  readonly stdout: Terminal<Writable>;
  readonly stderr: Terminal<Writable>;
  /** Which streams are terminals. Known without creating them. */
  readonly isTerminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
}

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
