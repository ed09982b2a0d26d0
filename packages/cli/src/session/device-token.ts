import { createHash } from "node:crypto";
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { writeFileAtomically } from "../storage/write-file-atomically.ts";

/** Far more than any server's token has, and little enough for a request. */
const tokenForm = /^[\x21-\x7e]{1,512}$/;

/**
 * Returns the device token that the server gave to an earlier sign-in of this account; undefined where there is none. A token that
 * cannot be read is no reason not to sign in.
 *
 * The token is in a file of its own, for every kind of session storage. It is no credential: without the password it opens nothing.
 * It outlives the session, so that after a logout a sign-in on this device is still no stranger's, and no keychain can be in its way.
 */
export async function loadDeviceToken(context: Context, login: string): Promise<string | undefined> {
  const path = await locate(context, login);
  try {
    // A pipe would keep the sign-in waiting.
    if (!(await lstat(path)).isFile()) return undefined;
    const token = (await readFile(path, "utf8")).trim();
    return tokenForm.test(token) ? token : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the device token of a sign-in, under each login name that was used. What cannot be written is given up. */
export async function saveDeviceToken(context: Context, logins: readonly string[], token: unknown): Promise<void> {
  if (typeof token !== "string" || !tokenForm.test(token)) return;
  for (const path of new Set(await Promise.all(logins.map((login) => locate(context, login))))) {
    // Without it the next sign-in only counts as one from a new device.
    await writeFileAtomically(path, `${token}\n`).catch(() => {});
  }
}

/** The file for an account on the server of this run, whatever the profile. */
async function locate(context: Context, login: string): Promise<string> {
  const [{ directory }, { server }] = await Promise.all([context.config(), context.settings()]);
  const hash = createHash("sha256")
    .update(`${server.value}\n${foldLogin(login)}`)
    .digest("hex");
  return join(directory, "devices", hash.slice(0, 32));
}

/** The login name as servers compare it, or nearly: a different one only leads to a new token. */
function foldLogin(login: string): string {
  return login
    .normalize("NFC")
    .trim()
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
