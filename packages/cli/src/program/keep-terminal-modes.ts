import { closeSync, fstatSync, openSync } from "node:fs";

/**
 * Keeps Node from restoring the terminal modes of its start when the process exits. Since the start, another program may
 * have changed them, such as `less` in `briksync keys list | less`. Prompts restore the modes that they change.
 */
export function keepTerminalModes(nodeProcess: Pick<NodeJS.Process, "once" | "off">): void {
  nodeProcess.once("exit", releaseTerminal);
  // Node prints an uncaught error after the exit event, so the terminal must stay open for it.
  nodeProcess.once("uncaughtExceptionMonitor", () => nodeProcess.off("exit", releaseTerminal));
}

/** Replaces the descriptors of the terminal with /dev/null. Node restores the modes of unchanged descriptors only. */
function releaseTerminal(): void {
  try {
    // Keeps the terminal open until the end of the process. Otherwise, the terminal could miss the exit code.
    openSync("/dev/tty", "r");
  } catch {
    // Windows, or a process without a terminal.
    return;
  }
  for (const descriptor of [0, 1, 2]) {
    // Also replaces other devices, such as /dev/null itself. Loading node:tty to know the terminal slows the start.
    if (!fstatSync(descriptor).isCharacterDevice()) continue;
    closeSync(descriptor);
    // Gets the same number, because the lowest free one is used. Otherwise, the next file of Node would get it.
    openSync("/dev/null", "r+");
  }
}
