import type { Readable, Writable } from "node:stream";
import { CliError } from "../errors/cli-error.ts";
import { explainSystemError } from "../errors/node-error.ts";
import { breakRunnerCommands, sanitizeScreen } from "../text/sanitize.ts";
import { isLongerThanScreen, type Pager } from "./pager.ts";
import { startSpinner } from "./spinner.ts";
import { type Streams, type Terminal, writeAll } from "./streams.ts";
import { type ColorMode, type Colors, closeLink, loadColors, openLink, plainColors } from "./styles.ts";

/** The user's choices about colors and status messages. */
export interface IoOptions {
  readonly color: ColorMode;
  /** The terminal on stdout supports hyperlinks. */
  readonly hasHyperlinks: boolean;
  /** Shows long data at a terminal. Null if the user turned it off. */
  readonly pager: Pager | null;
  readonly isQuiet: boolean;
  readonly isSpinnerAllowed: boolean;
  /** A CI runner reads the log and executes lines that look like its commands. */
  readonly isRunnerLog: boolean;
}

/** Ends a wait. */
type Waiting = (() => void) & Disposable;

function createWaiting(stop: () => void): Waiting {
  return Object.assign(stop, { [Symbol.dispose]: stop });
}

/** Input and output of the CLI. Data goes to stdout. Status messages, prompts and errors go to stderr. */
export interface Io {
  readonly stdin: Terminal<Readable>;
  readonly stderr: Terminal<Writable>;
  readonly isInputTty: boolean;
  readonly isDataTty: boolean;
  readonly isStatusTty: boolean;
  /** Columns of the terminal on stdout. Undefined if stdout is not a terminal. Then nothing is truncated. */
  readonly dataWidth: number | undefined;
  /** Styles for data. Plain unless stdout is a terminal with color. */
  readonly colors: Colors;
  /** Styles for status messages. Plain unless stderr is a terminal with color. */
  readonly statusColors: Colors;
  /** Makes text a link to a URL, if the terminal supports it. For data on stdout only. */
  link(text: string, url: string): string;
  /** True after the first write to stdout. Then a command must not be run again. */
  readonly hasWrittenData: boolean;
  /**
   * Writes to stdout and resolves when the reader has received the text. Throws {@link OutputClosedError} if the reader
   * has closed the pipe.
   */
  writeData(text: string): Promise<void>;
  /**
   * Writes to stdout like {@link Io.writeData}. At a terminal, text that is longer than the screen goes through the
   * pager. Resolves when the user has closed it.
   */
  writeLongData(text: string): Promise<void>;
  /** Prints one status message to stderr. Silent with --quiet. */
  writeStatus(text: string): void;
  /** Prints a status message with a check mark. */
  writeDone(text: string): void;
  /** Prints to stderr even with --quiet: errors and important warnings. */
  writeError(text: string): void;
  /** Prints an important warning to stderr, even with --quiet. */
  writeWarning(text: string): void;
  /** Prints a command for the CI runner to stderr. Only this method bypasses {@link IoOptions.isRunnerLog}. */
  writeRunnerCommand(command: string): void;
  /** Reads stdin to its end as UTF-8. The limit is `maxBytes` (default 1 MiB). */
  readInput(maxBytes?: number): Promise<string>;
  /**
   * Shows a spinner if stderr is a terminal and the work takes longer than about 300 ms. Call the result to stop it, or
   * bind it with `using`.
   */
  startWaiting(label: string): Waiting;
  /** Resolves when all output has been written. */
  flush(): Promise<void>;
}

/** The reader closed stdout (`… | head -1`). This is not reported as an error. */
export class OutputClosedError extends Error {
  override readonly name = "OutputClosedError";
}

/** Builds the {@link Io} of one run. Loads colors only if a stream can show them. */
export async function createIo(streams: Streams, options: IoOptions): Promise<Io> {
  const isDataTty = streams.isTerminal.stdout;
  const isStatusTty = streams.isTerminal.stderr;
  const hasColor = (isTty: boolean): boolean => options.color === "always" || (options.color === "auto" && isTty);
  const styles = hasColor(isDataTty || isStatusTty) ? await loadColors() : plainColors;
  const ownLinks = new Set<string>();
  // The labels of running waits, the latest last. A short call must not hide the longer work that it belongs to.
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
    // Errors of stderr are ignored, because nothing can display them.
    if (!hasWrittenStatus) streams.stderr.on("error", () => {});
    hasWrittenStatus = true;
    streams.stderr.write(sanitizeScreen(text.endsWith("\n") ? text : `${text}\n`));
    showAwaited();
  };

  const statusColors = hasColor(isStatusTty) ? styles : plainColors;
  const writeStatus = (text: string): void => {
    if (!options.isQuiet) print(guard(text));
  };

  const readWidth = (): number => (streams.stdout.columns ?? 80) || 80;
  const toScreen = (text: string): string => guard(isDataTty ? sanitizeScreen(text, ownLinks) : text);
  const writeData = async (text: string): Promise<void> => {
    stopSpinner?.();
    hasWrittenData = true;
    const error = await writeAll(streams.stdout, toScreen(text));
    if (error) throw explainWriteError(error);
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
      return isDataTty ? readWidth() : undefined;
    },
    colors: hasColor(isDataTty) ? styles : plainColors,
    statusColors,
    get hasWrittenData() {
      return hasWrittenData;
    },
    link(text, url) {
      if (!options.hasHyperlinks || !isDataTty || text === "") return text;
      const start = openLink(url);
      ownLinks.add(start).add(closeLink);
      return `${start}${text}${closeLink}`;
    },
    writeData,
    async writeLongData(text) {
      const { pager } = options;
      const size = { columns: readWidth(), rows: streams.stdout.rows ?? 24 };
      if (pager === null || !isDataTty || !isLongerThanScreen(text, size)) return writeData(text);
      stopSpinner?.();
      hasWrittenData = true;
      const { showInPager } = await import("./show-in-pager.ts");
      if (!(await showInPager(pager, toScreen(text)))) await writeData(text);
    },
    writeStatus,
    writeDone: (text) => writeStatus(`${statusColors.green("✓")} ${text}`),
    writeError: (text) => print(guard(text)),
    writeWarning: (text) => print(guard(`${statusColors.yellow("!")} ${text}`)),
    writeRunnerCommand: print,
    readInput: (maxBytes = 1024 * 1024) => readAll(streams.stdin, maxBytes),
    startWaiting(label) {
      if (!isStatusTty || options.isQuiet || !options.isSpinnerAllowed) return createWaiting(() => {});
      const wait = { label: sanitizeScreen(label) };
      awaited.push(wait);
      showAwaited();
      return createWaiting(() => {
        if (!awaited.includes(wait)) return;
        awaited.splice(awaited.indexOf(wait), 1);
        showAwaited();
      });
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
  return new CliError("OUTPUT_FAILED", `Could not write to standard output: ${explainSystemError(error)}.`, {
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
