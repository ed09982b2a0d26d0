import { type IPty, spawn } from "@lydell/node-pty";
import { cliPath } from "./cli-process.ts";

/** The CLI or another program in a real terminal. */
export interface PtySession {
  /** The complete output so far, including control sequences. */
  readonly screen: string;
  /** The complete output so far, without control sequences. */
  readonly text: string;
  /**
   * Waits until `wanted` appears after all text of earlier waits. Throws an error with the output if it does not
   * appear.
   */
  waitFor(wanted: string | RegExp, timeoutMs?: number): Promise<void>;
  /** Types text without a line end. */
  type(text: string): void;
  /** Types text and presses Enter. */
  enter(text?: string): void;
  pressCtrlC(): void;
  /** Waits until the program has ended. Returns its exit code. */
  waitForExit(timeoutMs?: number): Promise<{ exitCode: number; signal: number | undefined }>;
  /** Kills the program if it is still running. The caller must always call this. */
  kill(): void;
}

/** Options of a terminal. By default, it has 100 columns. */
export interface PtyOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly program?: string;
  readonly cwd?: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal control sequences are made of them
const controlSequences = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[=>78]|\r/g;

/** Starts the built CLI in a new terminal. */
export function startPty(args: readonly string[], options: PtyOptions): PtySession {
  const program = options.program ?? process.execPath;
  const pty: IPty = spawn(program, options.program === undefined ? [cliPath, ...args] : [...args], {
    name: options.env["TERM"] ?? "xterm-256color",
    cols: options.columns ?? 100,
    rows: 40,
    cwd: options.cwd ?? process.cwd(),
    env: { TERM: "xterm-256color", ...options.env },
  });
  let screen = "";
  let seen = 0;
  let ended: { exitCode: number; signal: number | undefined } | undefined;
  const watchers = new Set<() => void>();
  const wake = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  pty.onData((data) => {
    screen += data;
    wake();
  });
  pty.onExit(({ exitCode, signal }) => {
    ended = { exitCode, signal };
    wake();
  });
  const readText = (): string => screen.replace(controlSequences, "");

  const until = (isDone: () => boolean, timeoutMs: number, describe: () => string): Promise<void> =>
    new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        watchers.delete(check);
        settle();
      };
      const check = (): void => {
        if (isDone()) finish(resolve);
        else if (ended !== undefined)
          setTimeout(() => finish(() => (isDone() ? resolve() : reject(new Error(describe())))), 50);
      };
      const timer = setTimeout(() => finish(() => reject(new Error(describe()))), timeoutMs);
      watchers.add(check);
      check();
    });

  return {
    get screen() {
      return screen;
    },
    get text() {
      return readText();
    },
    async waitFor(wanted, timeoutMs = 15_000) {
      const find = (): number => {
        const rest = readText().slice(seen);
        if (typeof wanted === "string") return rest.includes(wanted) ? rest.indexOf(wanted) + wanted.length : -1;
        const match = wanted.exec(rest);
        return match === null ? -1 : match.index + match[0].length;
      };
      await until(
        () => find() >= 0,
        timeoutMs,
        () =>
          `The terminal never showed ${wanted}. It showed:\n${readText()}${ended ? `\n[ended with ${ended.exitCode}]` : ""}`,
      );
      seen += find();
    },
    type: (text) => pty.write(text),
    enter: (text = "") => pty.write(`${text}\r`),
    pressCtrlC: () => pty.write("\u0003"),
    async waitForExit(timeoutMs = 15_000) {
      await until(
        () => ended !== undefined,
        timeoutMs,
        () => `The program did not end. The terminal showed:\n${readText()}`,
      );
      return ended ?? { exitCode: -1, signal: undefined };
    },
    kill() {
      if (ended === undefined) pty.kill("SIGKILL");
    },
  };
}
