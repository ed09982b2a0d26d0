import { type BrikSync, isApiError, type SignInResult } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { findEnvironmentCredential } from "./credential.ts";
import { loadDeviceToken } from "./device-token.ts";
import { readPassword } from "./read-password.ts";

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
