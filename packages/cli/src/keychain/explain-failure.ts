import { CliError } from "../errors/cli-error.ts";
import { sanitizeText } from "../text/sanitize.ts";

const useFile = "Keep the session in a file that only you can read: briksync login --insecure-storage";

/** Turns what the keychain library said into a sentence with a way out. The library has one code for everything, so its words decide. */
export function explainKeychainFailure(message: string, platform: NodeJS.Platform): CliError {
  const said = sanitizeText(message.replace(/^(Platform failure|Couldn't access platform storage):\s*/, ""));
  if (/dismissed|locked|interaction is not allowed/i.test(message)) {
    return new CliError("KEYCHAIN_LOCKED", "The keychain is locked, and nobody here can unlock it.", {
      hint: `Unlock it (log in to the desktop, or gnome-keyring-daemon --unlock). Or: ${lowerFirst(useFile)}`,
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
    return new CliError("KEYCHAIN_UNAVAILABLE", "There is no keychain here: no D-Bus session bus is running.", {
      hint: useFile,
    });
  }
  if (platform === "linux" && /dbus|secret service|zbus|ServiceUnknown/i.test(message)) {
    return new CliError("KEYCHAIN_UNAVAILABLE", `There is no keychain to reach on this machine: ${said}.`, {
      hint: useFile,
    });
  }
  return new CliError("KEYCHAIN_FAILED", `The keychain refused: ${said}.`, { hint: useFile });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
