import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";

/** The parts of the context that keychain calls need. */
export type KeychainContext = Pick<Context, "host" | "io" | "signal" | "globals">;

/** Time limit for the first response of the keychain. */
const responseTimeoutMs = 3000;

/** Time limit for unlocking a keychain on a desktop. */
const unlockTimeoutMs = 60_000;

/**
 * Runs one keychain operation in the child process and returns its result. Kills a child that hangs and throws
 * KEYCHAIN_HUNG. Throws INTERRUPTED on Ctrl-C.
 */
export function runKeychainChild(context: KeychainContext, request: KeychainRequest): Promise<KeychainResult> {
  const { host, signal } = context;
  // The child must not see the CLI's variables. NODE_OPTIONS could make it print or load other code.
  const env = Object.fromEntries(
    Object.entries(host.env).filter(([name]) => !name.startsWith("BRIKSYNC_") && name !== "NODE_OPTIONS"),
  );
  return new Promise((resolve, reject) => {
    const child = spawn(host.nodePath, host.keychainArguments, {
      stdio: ["pipe", "pipe", "ignore"],
      env,
      windowsHide: true,
    });
    let isConnected = false;
    const giveUp = (error: CliError): void => {
      child.kill("SIGKILL");
      settle(() => reject(error));
    };
    const onTimeout = (): void => giveUp(createHungError(isConnected));
    const onAbort = (): void => giveUp(new CliError("INTERRUPTED", "Interrupted. Nothing was changed."));
    let timer = setTimeout(onTimeout, responseTimeoutMs);
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      // After its response or a timeout, the child must not keep this process alive. It ends by itself.
      child.unref();
      child.stdin.destroy();
      child.stdout.destroy();
      finish();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    child.on("error", (error) => settle(() => resolve({ kind: "failed", message: error.message })));
    child.on("close", () => settle(() => resolve({ kind: "failed", message: "the helper process exited early" })));
    child.stdin.on("error", () => {});
    child.stdin.end(JSON.stringify(request));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (!line.startsWith(request.marker)) return;
      const response: KeychainResponse = JSON.parse(line.slice(request.marker.length));
      if (response.kind !== "connected") return settle(() => resolve(response));
      isConnected = true;
      if (!canAskToUnlock(context)) return;
      clearTimeout(timer);
      timer = setTimeout(onTimeout, unlockTimeoutMs);
    });
  });
}

function canAskToUnlock({ host, io, globals }: KeychainContext): boolean {
  if (!globals.hasInput || !io.isStatusTty) return false;
  return host.platform !== "linux" || Boolean(host.env["DISPLAY"] || host.env["WAYLAND_DISPLAY"]);
}

function createHungError(isConnected: boolean): CliError {
  const message = isConnected
    ? "The keychain responded but did not finish in time. It is probably waiting to be unlocked."
    : `The keychain did not respond within ${responseTimeoutMs / 1000} seconds.`;
  return new CliError("KEYCHAIN_HUNG", message, {
    hint: "Unlock the keychain and try again.\nTo store the session in a file that only you can read, run: briksync login --insecure-storage",
  });
}

/** A request to the keychain child process. It is sent over stdin, never as an argument or in the environment. */
export interface KeychainRequest {
  /** `probe` writes the value, reads it and removes it. */
  readonly operation: "read" | "write" | "remove" | "probe";
  readonly service: string;
  readonly account: string;
  /** The text to store, for `write` and `probe`. */
  readonly value?: string;
  /** The maximum length of one entry in this platform's keychain, in UTF-16 units. */
  readonly entryCharactersMax: number;
  /** Prefix of the child's own lines, because libraries and daemons may print to an inherited stdout. */
  readonly marker: string;
}

/**
 * One line of the child's response, after the marker. `connected` means that the keychain responded, so that a longer
 * wait most likely means an unlock dialog.
 */
export type KeychainResponse =
  | { readonly kind: "connected" }
  | { readonly kind: "done"; readonly value: string | null }
  | { readonly kind: "incomplete" }
  | { readonly kind: "failed"; readonly message: string };

/** The result of an operation. */
export type KeychainResult = Exclude<KeychainResponse, { readonly kind: "connected" }>;
