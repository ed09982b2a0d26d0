import { createHash } from "node:crypto";
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BrikSync, isApiError, type SignInResult } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { writeFileAtomically } from "../storage/write-file-atomically.ts";
import { lowerAscii } from "../text/names.ts";
import { isVisibleWord, sanitizeText } from "../text/sanitize.ts";
import { readPassword } from "./change-password.ts";
import { findEnvironmentCredential } from "./credential.ts";

/** The number of password attempts at a terminal. */
const attemptsMax = 3;

/** The login of a sign-in. */
export interface Login {
  readonly email: string;
  readonly password: string;
  /** Whether both are from environment variables. Then other values must also be from there. */
  readonly isFromEnvironment: boolean;
  /** Prompts for the password. Set only if it was typed at a terminal. */
  readonly askPassword?: () => Promise<string>;
}

/**
 * Signs in, with the device token of this account if there is one. At a terminal, prompts again after a wrong password
 * and keeps the email address. Returns the correct password. Throws the server's error after {@link attemptsMax}
 * attempts, or immediately if the password was not typed.
 */
export async function presentLogin(
  context: Context,
  client: BrikSync,
  { email, password, askPassword }: Login,
): Promise<{ result: SignInResult; password: string }> {
  const deviceToken = await loadDeviceToken(context, email);
  let typed = password;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await client.auth.signIn({ email, password: typed, deviceToken }, { signal: context.signal });
      return { result, password: typed };
    } catch (error) {
      if (!isApiError(error, "SIGN_IN_FAILED") || askPassword === undefined || attempt === attemptsMax) throw error;
      context.io.writeError(`  ${sanitizeText(error.message)}`);
      typed = await askPassword();
    }
  }
}

/**
 * Returns the login from the options, standard input and the environment, or prompts for it. Throws USAGE if it cannot
 * prompt.
 */
export async function findLogin(
  context: Context,
  options: { readonly email?: string; readonly passwordStdin?: boolean },
): Promise<Login> {
  const { server, storedProfile } = await context.settings();
  if (options.passwordStdin === true) {
    const email = options.email ?? context.env["BRIKSYNC_EMAIL"];
    if (!email)
      throw new CliError("USAGE", "--password-stdin requires --email.", {
        hint: "Pass --email EMAIL, or set BRIKSYNC_EMAIL.",
      });
    return { email, password: await readPassword(context), isFromEnvironment: false };
  }
  const others = { BRIKSYNC_TRUST: undefined, BRIKSYNC_TOKEN: undefined, BRIKSYNC_TOKEN_FILE: undefined };
  const env: Context["env"] = { ...context.env, ...others };
  const isOther = options.email !== undefined && options.email !== env["BRIKSYNC_EMAIL"]?.trim();
  const known = isOther ? null : await findEnvironmentCredential({ ...context, env });
  if (known?.kind === "password") return { email: known.email, password: known.password, isFromEnvironment: true };
  const email = options.email ?? context.env["BRIKSYNC_EMAIL"];
  const missing = email ? "--password-stdin" : "--email EMAIL --password-stdin";
  const prompts = await context.prompts(`Pass ${missing}, and send the password on standard input.`);
  context.io.writeStatus(`Signing in to ${server.value}`);
  const remembered = storedProfile?.sessions?.[server.value]?.email;
  const asked =
    email || (await prompts.input("Email or username:", remembered === undefined ? {} : { default: remembered }));
  const askPassword = (): Promise<string> => prompts.password("Password:");
  return { email: asked.trim(), password: await askPassword(), isFromEnvironment: false, askPassword };
}

/**
 * The maximum length of a device token. It is longer than the tokens of all servers, and short enough for a request.
 */
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
