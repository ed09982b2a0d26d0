import { closeSync, openSync } from "node:fs";
import { isatty } from "node:tty";

/**
 * Keeps Node from restoring the terminal modes of its start when the process exits. Since the start, another program may
 * have changed them, such as `less` in `briksync keys list | less`. Prompts restore the modes that they change.
 */
export function keepTerminalModes(nodeProcess: Pick<NodeJS.Process, "platform" | "once" | "off">): void {
  if (nodeProcess.platform === "win32") return;
  nodeProcess.once("exit", releaseTerminal);
  // Node prints an uncaught error after the exit event, so the terminal must stay open for it.
  nodeProcess.once("uncaughtExceptionMonitor", () => nodeProcess.off("exit", releaseTerminal));
}

/** Replaces the descriptors of the terminal with /dev/null. Node restores the modes of unchanged descriptors only. */
function releaseTerminal(): void {
  const descriptors = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  if (descriptors.length === 0 || !keepsTerminalOpen()) return;
  for (const descriptor of descriptors) {
    closeSync(descriptor);
    // Gets the same number, because the lowest free one is used. Otherwise, the next file of Node would get it.
    openSync("/dev/null", "r+");
  }
}

/**
 * Opens the terminal once more, because it could take its end for the end of this process. Returns false for a process
 * that does not belong to a terminal.
 */
function keepsTerminalOpen(): boolean {
  try {
    openSync("/dev/tty", "r");
    return true;
  } catch {
    return false;
  }
}
