import { createHash } from "node:crypto";
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { writeFileAtomically } from "../storage/write-file-atomically.ts";
import { lowerAscii } from "../text/names.ts";
import { isVisibleWord } from "../text/sanitize.ts";

/** Maximum length. It is longer than the tokens of all servers, and short enough for a request. */
const lengthMax = 512;

/**
 * Returns the device token from an earlier sign-in of this account, or undefined. An unreadable token does not prevent
 * the sign-in.
 *
 * The token is in its own file, for every kind of session storage. It is not a credential: without the password it
 * gives no access. It is kept after a logout, so that the next sign-in on this device is recognized, even without a
 * keychain.
 */
export async function loadDeviceToken(context: Context, login: string): Promise<string | undefined> {
  const path = await locate(context, login);
  try {
    // Reading a pipe would block the sign-in.
    if (!(await lstat(path)).isFile()) return undefined;
    const token = (await readFile(path, "utf8")).trim();
    return isVisibleWord(token, lengthMax) ? token : undefined;
  } catch {
    return undefined;
  }
}

/** Stores the device token of a sign-in under each login name that was used. Ignores write errors. */
export async function saveDeviceToken(context: Context, logins: readonly string[], token: unknown): Promise<void> {
  if (typeof token !== "string" || !isVisibleWord(token, lengthMax)) return;
  for (const path of new Set(await Promise.all(logins.map((login) => locate(context, login))))) {
    // Without the token, the next sign-in counts as one from a new device.
    await writeFileAtomically(path, `${token}\n`).catch(() => {});
  }
}

/** Returns the file for an account on the server of this run, for all profiles. */
async function locate(context: Context, login: string): Promise<string> {
  const [{ directory }, { server }] = await Promise.all([context.config(), context.settings()]);
  // Normalizes the login name roughly as servers do. A difference only means a new token.
  const folded = lowerAscii(login.normalize("NFC").trim());
  const hash = createHash("sha256").update(`${server.value}\n${folded}`).digest("hex");
  return join(directory, "devices", hash.slice(0, 32));
}
