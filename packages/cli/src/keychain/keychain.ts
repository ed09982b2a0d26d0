import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { CliError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import { explainKeychainFailure } from "./explain-failure.ts";
import type { KeychainAnswer, KeychainRequest } from "./protocol.ts";

/** The service name of every entry. Without a space: some keychains cannot find such names again. */
export const keychainService = "briksync";

/** How long the keychain may take to answer at all. */
export const keychainTimeoutMs = 3000;

/** How long a person may take to unlock a keychain that answered, on a desktop. */
export const unlockTimeoutMs = 60_000;

/** The parts of the context a keychain call needs. */
export type KeychainContext = Pick<Context, "host" | "io" | "signal" | "globals">;

/** Reads one entry; null where there is none. Throws CliError of a KEYCHAIN_* type, at the latest after the time-outs above. */
export function readKeychain(context: KeychainContext, account: string): Promise<string | null> {
  return callKeychain(context, { operation: "read", account });
}

/** Writes one entry, replacing what was there. */
export async function writeKeychain(context: KeychainContext, account: string, value: string): Promise<void> {
  await callKeychain(context, { operation: "write", account, value });
}

/** Removes one entry; that there is none is fine. */
export async function removeKeychain(context: KeychainContext, account: string): Promise<void> {
  await callKeychain(context, { operation: "remove", account });
}

async function callKeychain(
  context: KeychainContext,
  call: Pick<KeychainRequest, "operation" | "account" | "value">,
): Promise<string | null> {
  const stopWaiting = context.io.startWaiting("Waiting for the keychain (an unlock dialog may be open)");
  try {
    const answer = await runChild(context, {
      ...call,
      service: keychainService,
      entryCharactersMax: context.host.platform === "win32" ? 1200 : 65_536,
      marker: `${randomBytes(8).toString("hex")} `,
    });
    if (answer.kind === "done") return answer.value;
    if (answer.kind === "incomplete") {
      throw new CliError("KEYCHAIN_ENTRY_MISSING", "The keychain holds only a part of the session.", {
        hint: "Sign in again: briksync login",
      });
    }
    throw explainKeychainFailure(
      answer.kind === "failed" ? answer.message : "the helper process ended early",
      context.host.platform,
    );
  } finally {
    stopWaiting();
  }
}

function runChild(context: KeychainContext, request: KeychainRequest): Promise<KeychainAnswer> {
  const { host, signal } = context;
  return new Promise((resolve, reject) => {
    const child = spawn(host.nodePath, [childPath(host.entryUrl)], {
      stdio: ["pipe", "pipe", "ignore"],
      env: childEnvironment(host.env),
      windowsHide: true,
    });
    let last: KeychainAnswer | undefined;
    let isConnected = false;
    let pending = "";
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      child.kill("SIGKILL");
      settle();
    };
    const onTimeout = (): void => finish(() => reject(hung(isConnected)));
    let timer = setTimeout(onTimeout, keychainTimeoutMs);
    const onAbort = (): void => finish(() => reject(new CliError("INTERRUPTED", "Interrupted.")));
    signal.addEventListener("abort", onAbort, { once: true });
    child.on("error", (error) => finish(() => reject(explainKeychainFailure(error.message, host.platform))));
    child.stdin.on("error", () => {});
    child.stdin.end(JSON.stringify(request));
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text: string) => {
      const lines = (pending + text).split("\n");
      pending = lines.pop() ?? "";
      for (const line of lines) {
        if (!line.startsWith(request.marker)) continue;
        const answer: KeychainAnswer = JSON.parse(line.slice(request.marker.length));
        last = answer;
        if (answer.kind === "connected") {
          isConnected = true;
          if (canAskToUnlock(context)) {
            clearTimeout(timer);
            timer = setTimeout(onTimeout, unlockTimeoutMs);
          }
        } else {
          finish(() => resolve(answer));
        }
      }
    });
    child.on("close", () =>
      finish(() => resolve(last ?? { kind: "failed", message: "the helper process ended early" })),
    );
  });
}

function childPath(entryUrl: string): string {
  return fileURLToPath(new URL(`./keychain-child${extname(new URL(entryUrl).pathname)}`, entryUrl));
}

// Nothing of ours is for the child to see, and NODE_OPTIONS could make it print or load something else.
function childEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith("BRIKSYNC_") && name !== "NODE_OPTIONS"),
  );
}

function canAskToUnlock({ host, io, globals }: KeychainContext): boolean {
  if (!globals.hasInput || !io.isTalkTty) return false;
  return host.platform !== "linux" || Boolean(host.env["DISPLAY"] || host.env["WAYLAND_DISPLAY"]);
}

function hung(isConnected: boolean): CliError {
  const message = isConnected
    ? "The keychain was reached but did not finish in time. It is probably waiting to be unlocked."
    : `The keychain did not answer within ${keychainTimeoutMs / 1000} seconds.`;
  return new CliError("KEYCHAIN_HUNG", message, {
    hint: "Unlock it and try again, or keep the session in a file: briksync login --insecure-storage",
  });
}
