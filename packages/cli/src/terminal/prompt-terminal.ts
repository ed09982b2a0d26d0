import { PassThrough, Writable } from "node:stream";
import type { Host } from "../host.ts";
import type { Io } from "./io.ts";
import type { Terminal } from "./streams.ts";

/** Ctrl-Z, as a terminal sends it in raw mode. */
const suspendKey = 0x1a;

/** Time for a stop to take effect. Without a shell that could continue this process, it never does. */
const stopTimeoutMs = 300;

const showCursor = "\u001b[?25h";

/**
 * Opens the terminal for a prompt. `close` releases it. In raw mode, Ctrl-Z is only a character, and with Node's own
 * handling, the prompt stops reacting. So this handles Ctrl-Z itself: it restores the terminal modes for the shell, and
 * redraws the prompt after `fg`.
 */
export function openPromptTerminal(io: Pick<Io, "stdin" | "stderr">, host: Pick<Host, "onJobControl">) {
  const { stdin, stderr } = io;
  let isRaw = false;
  let isStopped = false;
  let drawn = "";

  const setRawMode = (isOn: boolean): void => {
    stdin.setRawMode?.(isOn);
  };
  const stop = (): void => {
    isStopped = true;
    setRawMode(false);
    if (isRaw) stderr.write(showCursor);
  };
  const resume = (): void => {
    isStopped = false;
    if (!isRaw) return;
    // The shell has changed the modes. Setting them twice is necessary because Node ignores a mode that it considers
    // set.
    setRawMode(false);
    setRawMode(true);
    stderr.write(`\r${drawn}`);
  };
  const job = host.onJobControl({ stop, resume });

  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode(isOn: boolean) {
      isRaw = isOn;
      if (!isStopped) setRawMode(isOn);
      return input;
    },
  });
  const output = Object.assign(
    new Writable({
      decodeStrings: false,
      write(chunk: string | Buffer, _encoding, done) {
        drawn = takeDrawing(String(chunk), drawn);
        stderr.write(chunk);
        done();
      },
    }),
    { isTTY: true },
  ) as Terminal<Writable>;
  Object.defineProperty(output, "columns", { get: () => stderr.columns });

  const pass = (chunk: Buffer): void => {
    const bytes = Buffer.from(chunk);
    const kept = bytes.filter((byte) => byte !== suspendKey);
    if (kept.length > 0) input.write(Buffer.from(kept));
    if (kept.length === bytes.length) return;
    stop();
    job.stopGroup();
    // After a stop, the signal to continue is handled between the timeout and the immediate callback.
    setTimeout(() => setImmediate(() => isStopped && resume()), stopTimeoutMs);
  };
  const end = (): void => {
    input.end();
  };
  stdin.on("data", pass);
  stdin.on("end", end);
  stdin.resume();
  return {
    input,
    output,
    close(): void {
      stdin.off("data", pass);
      stdin.off("end", end);
      stdin.pause();
      setRawMode(false);
      job.end();
      input.destroy();
    },
  };
}

// A prompt erases its text before it redraws it. The text after the last erase is on the screen. Cursor movements alone
// draw nothing.
function takeDrawing(written: string, before: string): string {
  const erased = written.lastIndexOf("\u001b[2K");
  if (erased >= 0) return written.slice(erased + 4);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal control sequences are made of them
  return /^(\u001b\[[0-9;?]*[A-Za-z])*$/.test(written) ? before : written;
}
