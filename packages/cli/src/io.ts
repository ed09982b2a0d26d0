import type { Readable, Writable } from "node:stream";
import { CliError } from "./cli-error.ts";
import { type Colours, loadColours, plainColours } from "./output/colours.ts";
import { sanitizeScreen } from "./output/sanitize.ts";
import { startSpinner } from "./output/spinner.ts";

/** A stream that may be a terminal. */
export type Terminal<Stream> = Stream & { readonly isTTY?: boolean; readonly columns?: number };

/** What {@link createIo} needs: the three streams and what the user said about colour and talk. */
export interface IoOptions {
  readonly stdin: Terminal<Readable>;
  readonly stdout: Terminal<Writable>;
  readonly stderr: Terminal<Writable>;
  readonly isColourAllowed: boolean;
  readonly isQuiet: boolean;
  readonly isSpinnerAllowed: boolean;
}

/** The only way to read or print. Data goes to stdout, everything that talks to a person goes to stderr. */
export interface Io {
  readonly stdin: Terminal<Readable>;
  readonly stderr: Terminal<Writable>;
  readonly isInputTty: boolean;
  readonly isDataTty: boolean;
  readonly isTalkTty: boolean;
  /** Columns of the terminal behind stdout; undefined where stdout is no terminal, and then nothing is cut. */
  readonly dataWidth: number | undefined;
  /** Styles for data (plain unless stdout is a terminal that wants colour). */
  readonly colours: Colours;
  /** Styles for talk (plain unless stderr is a terminal that wants colour). */
  readonly talkColours: Colours;
  /** True as soon as something went to stdout: from then on a command must not be started over. */
  readonly hasWrittenData: boolean;
  /** Writes to stdout and resolves when the reader took it. Throws {@link OutputClosedError} when the reader went away. */
  writeData(text: string): Promise<void>;
  /** Prints one remark with a line end on stderr; silent with --quiet. */
  writeTalk(text: string): void;
  /** Prints on stderr whatever --quiet says: errors, and what must be read. */
  writeError(text: string): void;
  /** Reads stdin to its end as UTF-8, at most `maxBytes` (default 1 MiB). */
  readInput(maxBytes?: number): Promise<string>;
  /** Shows that something is awaited, if it takes longer than about 300 ms and stderr is a terminal. Call the result to end it. */
  startWaiting(label: string): () => void;
  /** Resolves when everything printed has left the process. */
  flush(): Promise<void>;
}

/** The reader of stdout went away (`… | head -1`). Not an error to report: the run ends quietly. */
export class OutputClosedError extends Error {
  override readonly name = "OutputClosedError";
}

/** Builds the {@link Io} of one run. Loads colours only where some stream can show them. */
export async function createIo(options: IoOptions): Promise<Io> {
  const { stdin, stdout, stderr } = options;
  const isDataTty = stdout.isTTY === true;
  const isTalkTty = stderr.isTTY === true;
  const hasColour = options.isColourAllowed && (isDataTty || isTalkTty);
  const styles = hasColour ? await loadColours() : plainColours;
  let stopSpinner: (() => void) | undefined;
  let dataError: NodeJS.ErrnoException | undefined;
  let hasWrittenData = false;
  stdout.on("error", (error) => {
    dataError ??= error;
  });
  stderr.on("error", () => {});

  const print = (text: string): void => {
    stopSpinner?.();
    stderr.write(sanitizeScreen(text.endsWith("\n") ? text : `${text}\n`));
  };

  return {
    stdin,
    stderr,
    isInputTty: stdin.isTTY === true,
    isDataTty,
    isTalkTty,
    get dataWidth() {
      return isDataTty ? (stdout.columns ?? 80) || 80 : undefined;
    },
    colours: isDataTty ? styles : plainColours,
    talkColours: isTalkTty ? styles : plainColours,
    get hasWrittenData() {
      return hasWrittenData;
    },
    async writeData(text) {
      stopSpinner?.();
      hasWrittenData = true;
      const shown = isDataTty ? sanitizeScreen(text) : text;
      const error = dataError ?? (await writeAll(stdout, shown));
      if (error) throw explainWriteError(error);
    },
    writeTalk(text) {
      if (!options.isQuiet) print(text);
    },
    writeError: print,
    readInput: (maxBytes = 1024 * 1024) => readAll(stdin, maxBytes),
    startWaiting(label) {
      if (!isTalkTty || options.isQuiet || !options.isSpinnerAllowed) return () => {};
      stopSpinner?.();
      const stop = startSpinner(stderr, sanitizeScreen(label));
      stopSpinner = stop;
      return () => {
        stop();
        if (stopSpinner === stop) stopSpinner = undefined;
      };
    },
    async flush() {
      stopSpinner?.();
      await Promise.all([writeAll(stdout, ""), writeAll(stderr, "")]);
    },
  };
}

function writeAll(stream: Writable, text: string): Promise<NodeJS.ErrnoException | null | undefined> {
  if (stream.destroyed || stream.writableEnded)
    return Promise.resolve(Object.assign(new Error("closed"), { code: "EPIPE" }));
  return new Promise((resolve) => {
    stream.write(text, resolve);
  });
}

function explainWriteError(error: NodeJS.ErrnoException): Error {
  if (error.code === "EPIPE" || error.code === "ECONNRESET" || error.code === "ERR_STREAM_DESTROYED") {
    return new OutputClosedError("The reader of standard output went away.", { cause: error });
  }
  return new CliError("OUTPUT_FAILED", `Could not write to standard output: ${error.code ?? error.message}.`, {
    cause: error,
  });
}

async function readAll(stream: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) throw new CliError("USAGE", `Standard input is longer than ${maxBytes} bytes.`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}
