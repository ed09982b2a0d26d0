import { CliError } from "../errors/cli-error.ts";
import { sanitizeText } from "../text/sanitize.ts";

const useFile = "To store the session in a file that only you can read, run: briksync login --insecure-storage";

/**
 * Converts an error of the keychain library to a CliError with a hint. The library has one code for all errors, so the
 * text decides.
 */
export function explainKeychainFailure(message: string, platform: NodeJS.Platform): CliError {
  const said = sanitizeText(message.replace(/^(Platform failure|Couldn't access platform storage):\s*/, ""));
  if (/dismissed|locked|interaction is not allowed/i.test(message)) {
    return new CliError("KEYCHAIN_LOCKED", "The keychain is locked, and the CLI cannot unlock it.", {
      hint: `Unlock it: log in to the desktop, or run: gnome-keyring-daemon --unlock\n${useFile}`,
    });
  }
  if (/Cannot find (package|module|native binding)/i.test(message)) {
    return new CliError("KEYCHAIN_UNAVAILABLE", "The keychain library is not installed for this platform.", {
      hint: useFile,
    });
  }
  if (/no result found/i.test(message)) {
    return new CliError("KEYCHAIN_UNAVAILABLE", "The keychain has no default keyring to store anything in.", {
      hint: useFile,
    });
  }
  if (platform === "linux" && /X11|does not contain a colon|Failed to connect to socket/i.test(message)) {
    return new CliError("KEYCHAIN_UNAVAILABLE", "No keychain is available because no D-Bus session bus is running.", {
      hint: useFile,
    });
  }
  if (platform === "linux" && /dbus|secret service|zbus|ServiceUnknown/i.test(message)) {
    return new CliError("KEYCHAIN_UNAVAILABLE", `No keychain is available on this machine: ${said}.`, {
      hint: useFile,
    });
  }
  return new CliError("KEYCHAIN_FAILED", `The keychain returned an error: ${said}.`, { hint: useFile });
}
