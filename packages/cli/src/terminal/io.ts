import type { Readable, Writable } from "node:stream";
import { CliError } from "../errors/cli-error.ts";
import { breakRunnerCommands, sanitizeScreen } from "../text/sanitize.ts";
import { type Colors, loadColors, plainColors } from "./colors.ts";
import { startSpinner } from "./spinner.ts";
import type { Streams, Terminal } from "./streams.ts";
import { writeAll } from "./write-all.ts";

/** What the user said about color and talk. */
export interface IoOptions {
  readonly isColorAllowed: boolean;
  readonly isQuiet: boolean;
  readonly isSpinnerAllowed: boolean;
  /** The runner of a pipeline reads along and obeys lines that look like its commands. */
  readonly isRunnerLog: boolean;
}

/** The only way to read or print. Data goes to stdout, everything that talks to a person goes to stderr. */
export interface Io {
  readonly stdin: Terminal<Readable>;
  readonly stderr: Terminal<Writable>;
  readonly isInputTty: boolean;
  readonly isDataTty: boolean;
  readonly isStatusTty: boolean;
  /** Columns of the terminal behind stdout; undefined where stdout is no terminal, and then nothing is cut. */
  readonly dataWidth: number | undefined;
  /** Styles for data (plain unless stdout is a terminal that wants color). */
  readonly colors: Colors;
  /** Styles for talk (plain unless stderr is a terminal that wants color). */
  readonly statusColors: Colors;
  /** True as soon as something went to stdout: from then on a command must not be started over. */
  readonly hasWrittenData: boolean;
  /** Writes to stdout and resolves when the reader took it. Throws {@link OutputClosedError} when the reader went away. */
  writeData(text: string): Promise<void>;
  /** Prints one remark with a line end on stderr; silent with --quiet. */
  writeStatus(text: string): void;
  /** Prints on stderr whatever --quiet says: errors, and what must be read. */
  writeError(text: string): void;
  /** Prints a command for the runner of a pipeline on stderr, the only way to get one past {@link IoOptions.isRunnerLog}. */
  writeRunnerCommand(command: string): void;
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

/** Builds the {@link Io} of one run. Loads colors only where some stream can show them. */
export async function createIo(streams: Streams, options: IoOptions): Promise<Io> {
  const isDataTty = streams.isTerminal.stdout;
  const isStatusTty = streams.isTerminal.stderr;
  const styles = options.isColorAllowed && (isDataTty || isStatusTty) ? await loadColors() : plainColors;
  // What is awaited at the moment, the latest last: a call of a few seconds must not hide the long work it is a part of.
  const awaited: { readonly label: string }[] = [];
  let stopSpinner: (() => void) | undefined;
  let hasWrittenData = false;
  let hasWrittenStatus = false;

  const guard = options.isRunnerLog ? breakRunnerCommands : (text: string): string => text;

  const showAwaited = (): void => {
    stopSpinner?.();
    const latest = awaited.at(-1);
    stopSpinner = latest === undefined ? undefined : startSpinner(streams.stderr, latest.label);
  };

  const print = (text: string): void => {
    stopSpinner?.();
    // Where talk cannot be shown there is nobody to tell.
    if (!hasWrittenStatus) streams.stderr.on("error", () => {});
    hasWrittenStatus = true;
    streams.stderr.write(sanitizeScreen(text.endsWith("\n") ? text : `${text}\n`));
    showAwaited();
  };

  return {
    get stdin() {
      return streams.stdin;
    },
    get stderr() {
      return streams.stderr;
    },
    isInputTty: streams.isTerminal.stdin,
    isDataTty,
    isStatusTty,
    get dataWidth() {
      return isDataTty ? (streams.stdout.columns ?? 80) || 80 : undefined;
    },
    colors: isDataTty ? styles : plainColors,
    statusColors: isStatusTty ? styles : plainColors,
    get hasWrittenData() {
      return hasWrittenData;
    },
    async writeData(text) {
      stopSpinner?.();
      hasWrittenData = true;
      const error = await writeAll(streams.stdout, guard(isDataTty ? sanitizeScreen(text) : text));
      if (error) throw explainWriteError(error);
    },
    writeStatus(text) {
      if (!options.isQuiet) print(guard(text));
    },
    writeError: (text) => print(guard(text)),
    writeRunnerCommand: print,
    readInput: (maxBytes = 1024 * 1024) => readAll(streams.stdin, maxBytes),
    startWaiting(label) {
      if (!isStatusTty || options.isQuiet || !options.isSpinnerAllowed) return () => {};
      const wait = { label: sanitizeScreen(label) };
      awaited.push(wait);
      showAwaited();
      return () => {
        if (!awaited.includes(wait)) return;
        awaited.splice(awaited.indexOf(wait), 1);
        showAwaited();
      };
    },
    async flush() {
      awaited.length = 0;
      stopSpinner?.();
      if (hasWrittenStatus) await writeAll(streams.stderr, "");
    },
  };
}

function explainWriteError(error: NodeJS.ErrnoException): Error {
  if (error.code === "EPIPE" || error.code === "ECONNRESET" || error.code === "ERR_STREAM_DESTROYED") {
    return new OutputClosedError("The reader of standard output closed it.", { cause: error });
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
