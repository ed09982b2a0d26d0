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
