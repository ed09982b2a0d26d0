import { randomBytes } from "node:crypto";
import { CliError } from "../errors/cli-error.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { type KeychainContext, type KeychainRequest, runKeychainChild } from "./run-child.ts";

const useFile = "To store the session in a file that only you can read, run: briksync login --insecure-storage";

/** The service name of all entries. It has no space, because some keychains cannot find such names again. */
const keychainService = "briksync";

/** Reads an entry. Returns null if it does not exist. Throws CliError with a KEYCHAIN_* type, also on timeout. */
export function readKeychain(context: KeychainContext, account: string): Promise<string | null> {
  return callKeychain(context, { operation: "read", account });
}

/** Writes an entry and replaces the old value. Null removes the entry, if there is one. */
export async function writeKeychain(context: KeychainContext, account: string, value: string | null): Promise<void> {
  await callKeychain(
    context,
    value === null ? { operation: "remove", account } : { operation: "write", account, value },
  );
}

/** Writes, reads and removes a test entry. Throws if the keychain is not reliable. */
export async function probeKeychain(context: KeychainContext): Promise<void> {
  const value = `briksync ${context.host.now().toISOString()}`;
  const read = await callKeychain(context, { operation: "probe", account: `probe-${context.host.processId}`, value });
  if (read === value) return;
  throw refuse("KEYCHAIN_FAILED", "The keychain returned a different value than the one that was stored.");
}

async function callKeychain(
  context: KeychainContext,
  call: Pick<KeychainRequest, "operation" | "account" | "value">,
): Promise<string | null> {
  using _waiting = context.io.startWaiting("Waiting for the keychain (an unlock dialog may be open)");
  const response = await runKeychainChild(context, {
    ...call,
    service: keychainService,
    entryCharactersMax: context.host.platform === "win32" ? 1200 : 65_536,
    marker: `${randomBytes(8).toString("hex")} `,
  });
  if (response.kind === "done") return response.value;
  if (response.kind === "incomplete") {
    throw new CliError("KEYCHAIN_ENTRY_MISSING", "The keychain contains only a part of the session.", {
      hint: "Sign in again: briksync login",
    });
  }
  throw explainKeychainFailure(response.message, context.host.platform);
}

/**
 * Converts an error of the keychain library to a CliError with a hint. The library has one code for all errors, so the
 * text decides.
 */
function explainKeychainFailure(message: string, platform: NodeJS.Platform): CliError {
  const reason = sanitizeText(message.replace(/^(Platform failure|Couldn't access platform storage):\s*/, ""));
  if (/dismissed|locked|interaction is not allowed/i.test(message)) {
    return new CliError("KEYCHAIN_LOCKED", "The keychain is locked, and the CLI cannot unlock it.", {
      hint: `Unlock it: log in to the desktop, or run: gnome-keyring-daemon --unlock\n${useFile}`,
    });
  }
  if (/Cannot find (package|module|native binding)/i.test(message)) {
    return refuse("KEYCHAIN_UNAVAILABLE", "The keychain library is not installed for this platform.");
  }
  if (/no result found/i.test(message)) {
    return refuse("KEYCHAIN_UNAVAILABLE", "The keychain has no default keyring to store anything in.");
  }
  if (platform === "linux" && /X11|does not contain a colon|Failed to connect to socket/i.test(message)) {
    return refuse("KEYCHAIN_UNAVAILABLE", "No keychain is available because no D-Bus session bus is running.");
  }
  if (platform === "linux" && /dbus|secret service|zbus|ServiceUnknown/i.test(message)) {
    return refuse("KEYCHAIN_UNAVAILABLE", `No keychain is available on this machine: ${reason}.`);
  }
  return refuse("KEYCHAIN_FAILED", `The keychain returned an error: ${reason}.`);
}

function refuse(type: "KEYCHAIN_UNAVAILABLE" | "KEYCHAIN_FAILED", message: string): CliError {
  return new CliError(type, message, { hint: useFile });
}
