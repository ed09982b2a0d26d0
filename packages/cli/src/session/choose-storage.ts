import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { probeKeychain } from "../keychain/keychain.ts";
import { findDirectoryRisk } from "../storage/file-access.ts";
import { openSessionStorage } from "../storage/open-session-storage.ts";
import { readStorageKind, type SessionStorage } from "../storage/session-storage.ts";
import { canAsk } from "../terminal/confirm.ts";
import { quoteCommand } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";

/**
 * Chooses the storage of a new session before the password prompt. Uses the keychain if it works. Uses a file only with
 * consent: `--insecure-storage`, BRIKSYNC_STORAGE=file, an earlier consent for this profile, or a yes at the terminal.
 *
 * Throws the keychain's error (exit code 9) without consent if it cannot prompt. Throws STORAGE_REFUSED for a file in a
 * directory that other users can change. With the keychain, such a directory only causes a warning, because the profile
 * names the server.
 */
export async function chooseStorage(context: Context, isInsecureAllowed: boolean): Promise<SessionStorage> {
  const [{ directory }, { profile, server, storedProfile }] = await Promise.all([context.config(), context.settings()]);
  const address = { directory, profile: profile.value, server: server.value };
  const requested = isInsecureAllowed ? "file" : readStorageKind(context.env);
  const risk = findDirectoryRisk(directory, context.host);
  if (requested === "file") return openFile();
  if (requested === "none") {
    throw new CliError("STORAGE_REFUSED", "The CLI cannot store a session because BRIKSYNC_STORAGE is none.", {
      hint: "Unset BRIKSYNC_STORAGE, or set BRIKSYNC_TOKEN instead of signing in.",
    });
  }
  try {
    await probeKeychain(context);
    if (risk !== null) context.io.writeWarning(`${sanitizeText(risk.message)}\n  ${sanitizeText(risk.hint)}`);
    return openSessionStorage(context, "keychain", address);
  } catch (error) {
    if (!(error instanceof CliError) || !error.type.startsWith("KEYCHAIN_")) throw error;
    if (requested === "keychain") throw error;
    const file = openFile();
    if (storedProfile?.sessions?.[server.value]?.storage !== "file") await askForConsent(context, error, file.place);
    return file;
  }

  function openFile(): SessionStorage {
    if (risk === null) return openSessionStorage(context, "file", address);
    throw new CliError("STORAGE_REFUSED", `${risk.message} The CLI stores no session in that directory.`, {
      hint: risk.hint,
    });
  }
}

async function askForConsent(context: Context, error: CliError, place: string): Promise<void> {
  if (!canAsk(context)) {
    const hint = context.env["CI"]
      ? "In CI, use credentials that are not stored: set BRIKSYNC_TRUST or BRIKSYNC_TOKEN."
      : // The command for copying keeps the options of this run.
        error.hint?.replace("briksync login --insecure-storage", () =>
          quoteCommand(context.host, "--insecure-storage"),
        );
    throw new CliError(error.type, error.message, { hint, cause: error });
  }
  context.io.writeWarning(`${error.message}`);
  context.io.writeError(
    `  The CLI can store the session in ${place} instead. Only you can read the file, but it is not encrypted.`,
  );
  const prompts = await context.prompts();
  if (!(await prompts.confirm("Store the session in this file?"))) {
    throw new CliError("DECLINED", "You are not signed in. Nothing was stored.");
  }
}
