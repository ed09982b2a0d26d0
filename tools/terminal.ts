import { spawn } from "@lydell/node-pty";
import { cliEntry } from "./paths.ts";

/** A part of the text of a prompt, and what to type when it appears. */
export interface Answer {
  readonly question: string | RegExp;
  readonly type: string;
}

/** Options of a command in a terminal. */
export interface TerminalOptions {
  readonly env: Record<string, string>;
  readonly answers?: readonly Answer[];
  readonly columns?: number;
  readonly cwd?: string;
  /** Default: 60,000. */
  readonly timeoutMs?: number;
  /** Gets the output as it arrives. */
  readonly onOutput?: (text: string) => void;
}

/** The result of a command: all its output, and its exit code. */
export interface TerminalResult {
  readonly output: string;
  readonly exitCode: number;
}

/** Runs the built `briksync` in a real pseudo-terminal; see `runProgramInTerminal`. */
export function runInTerminal(args: readonly string[], options: TerminalOptions): Promise<TerminalResult> {
  return runProgramInTerminal(process.execPath, [cliEntry, ...args], options);
}

/**
 * Runs a program in a real pseudo-terminal, and types each answer when its prompt appears. Resolves when the program
 * ends. Rejects if it does not end in time.
 */
export function runProgramInTerminal(
  file: string,
  args: readonly string[],
  options: TerminalOptions,
): Promise<TerminalResult> {
  const timeoutMs = options.timeoutMs ?? 60_000;
  return new Promise((resolve, reject) => {
    const terminal = spawn(file, [...args], {
      cols: options.columns ?? 110,
      rows: 50,
      name: "xterm-256color",
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
    });
    const answers = [...(options.answers ?? [])];
    let output = "";
    let unread = "";
    const timer = setTimeout(() => {
      terminal.kill("SIGKILL");
      reject(new Error(`${[file, ...args].join(" ")} did not end within ${timeoutMs / 1000} s; it said:\n${output}`));
    }, timeoutMs);
    terminal.onData((text) => {
      output += text;
      unread += text;
      options.onOutput?.(text);
      const next = answers[0];
      if (next === undefined) return;
      const isAsked = typeof next.question === "string" ? unread.includes(next.question) : next.question.test(unread);
      if (!isAsked) return;
      answers.shift();
      unread = "";
      terminal.write(`${next.type}\r`);
    });
    terminal.onExit(({ exitCode }) => {
      clearTimeout(timer);
      resolve({ output, exitCode });
    });
  });
}
