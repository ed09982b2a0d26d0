import type { Session } from "@briksync/sdk";
import { parseServerUrl, type Settings } from "../config/settings.ts";
import { CliError } from "../errors/cli-error.ts";
import type { Host } from "../host.ts";
import { readSecretFile } from "../storage/read-secret-file.ts";
import { readStorageKind, type SessionStorage } from "../storage/session-storage.ts";
import { isVisibleWord } from "../text/sanitize.ts";

/** The credential of a run, with its source. */
export type Credential =
  | { readonly kind: "trust"; readonly name: "BRIKSYNC_TRUST"; readonly trustId: string }
  | { readonly kind: "token"; readonly name: "BRIKSYNC_TOKEN" | "BRIKSYNC_TOKEN_FILE"; readonly token: string }
  | { readonly kind: "password"; readonly name: string; readonly email: string; readonly password: string }
  | { readonly kind: "session"; readonly storage: SessionStorage; readonly session: Session }
  | { readonly kind: "none" };

/** Dependencies of {@link findCredential}. */
interface CredentialSources {
  readonly host: Host;
  readonly env: Host["env"];
  readonly signal: AbortSignal;
  settings(): Promise<Settings>;
  sessions(): Promise<SessionStorage>;
}

/**
 * Returns the credential of this run: BRIKSYNC_TRUST, BRIKSYNC_TOKEN, BRIKSYNC_TOKEN_FILE, BRIKSYNC_EMAIL with
 * BRIKSYNC_PASSWORD (or _FILE), or the stored session. With BRIKSYNC_TRUST, the others are never used. The environment
 * comes first, so that a broken keychain cannot block a token.
 */
export async function findCredential(context: CredentialSources): Promise<Credential> {
  const fromEnvironment = await findEnvironmentCredential(context);
  if (fromEnvironment !== null) return fromEnvironment;
  const { server, storedProfile } = await context.settings();
  readStorageKind(context.env);
  // Without a stored session, the keychain need not be read.
  if (storedProfile?.sessions?.[server.value] === undefined) return { kind: "none" };
  const storage = await context.sessions();
  const session = await storage.load();
  if (session !== null) return { kind: "session", storage, session };
  if (storage.kind === "keychain") {
    throw new CliError("KEYCHAIN_ENTRY_MISSING", "The session of this profile is no longer in the keychain.", {
      hint: "Sign in again: briksync login",
    });
  }
  return { kind: "none" };
}

/** The variables that contain the path of a secret file. */
export const secretFileVariables = ["BRIKSYNC_TOKEN_FILE", "BRIKSYNC_PASSWORD_FILE"] as const;

/**
 * Returns the name of the environment's credential for messages, or null if there is none. Opens no file, so it never
 * blocks and does not consume a pipe.
 */
export function nameEnvironmentCredential(env: Host["env"]): string | null {
  if (env["BRIKSYNC_TRUST"]) return "BRIKSYNC_TRUST";
  if (env["BRIKSYNC_TOKEN"]) return "BRIKSYNC_TOKEN";
  if (env["BRIKSYNC_TOKEN_FILE"]) return "BRIKSYNC_TOKEN_FILE";
  if (!env["BRIKSYNC_EMAIL"]) return null;
  if (env["BRIKSYNC_PASSWORD"]) return "BRIKSYNC_EMAIL and BRIKSYNC_PASSWORD";
  return env["BRIKSYNC_PASSWORD_FILE"] ? "BRIKSYNC_EMAIL and BRIKSYNC_PASSWORD_FILE" : null;
}

/**
 * Returns the environment's credential, or null. Throws USAGE if it is not valid or not meant for the server of this
 * run. Reads a file only once, because a pipe can be read only once.
 */
export async function findEnvironmentCredential(
  context: Omit<CredentialSources, "sessions">,
): Promise<Extract<Credential, { kind: "trust" | "token" | "password" }> | null> {
  // An undefined variable of a workflow expands to an empty text. The CLI must not use a leftover password instead.
  if (context.env["BRIKSYNC_TRUST"]?.trim() === "") {
    throw new CliError("USAGE", "BRIKSYNC_TRUST is set, but empty.", {
      hint: "Set it to the ID of a trust. To sign in in another way, unset it.",
    });
  }
  const name = nameEnvironmentCredential(context.env);
  if (name === null) return null;
  requireIntendedServer(context, name, await context.settings());
  const { BRIKSYNC_TRUST: trust, BRIKSYNC_TOKEN: token, BRIKSYNC_TOKEN_FILE: tokenFile } = context.env;
  if (trust) return { kind: "trust", name: "BRIKSYNC_TRUST", trustId: checkTrustId(trust.trim(), "BRIKSYNC_TRUST") };
  if (token) return { kind: "token", name: "BRIKSYNC_TOKEN", token: checkToken(token.trim(), "BRIKSYNC_TOKEN") };
  if (tokenFile) {
    const text = await readSecretFile(context, "BRIKSYNC_TOKEN_FILE", tokenFile);
    return { kind: "token", name: "BRIKSYNC_TOKEN_FILE", token: checkToken(text.trim(), "BRIKSYNC_TOKEN_FILE") };
  }
  return { kind: "password", name, ...(await readEnvironmentLogin(context)) };
}

/**
 * Reads BRIKSYNC_EMAIL and its password, which must both be set. Throws USAGE if the password has more than one line.
 */
async function readEnvironmentLogin(
  context: Pick<CredentialSources, "env" | "host" | "signal">,
): Promise<{ email: string; password: string }> {
  const { BRIKSYNC_EMAIL: email = "", BRIKSYNC_PASSWORD: given, BRIKSYNC_PASSWORD_FILE: file = "" } = context.env;
  const name = given ? "BRIKSYNC_PASSWORD" : "BRIKSYNC_PASSWORD_FILE";
  const text = given || (await readSecretFile(context, name, file));
  // Editors and secret stores append one or more newlines.
  const password = text.replace(/[\r\n]+$/, "");
  if (password === "") throw new CliError("USAGE", `${name} does not contain a password.`);
  if (/[\r\n]/.test(password)) {
    throw new CliError("USAGE", `${name} has more than one line, but a password cannot contain a newline.`);
  }
  return { email: email.trim(), password };
}

/**
 * Throws USAGE if a credential of the environment is not meant for the server of this run. BRIKSYNC_CREDENTIAL_SERVER
 * binds it to one server. Without it, the CLI sends the credential only to a server from the environment or `--server`.
 * It never sends it to the server of a profile or to the default server.
 */
export function requireIntendedServer({ env }: Pick<CredentialSources, "env">, name: string, settings: Settings): void {
  const { server, profile } = settings;
  const { BRIKSYNC_CREDENTIAL_SERVER: bound } = env;
  const verb = name.includes(" and ") ? "are" : "is";
  if (bound) {
    const meant = parseServerUrl(bound, "BRIKSYNC_CREDENTIAL_SERVER");
    if (meant === server.value) return;
    throw new CliError("USAGE", `${name} ${verb} for ${meant} (BRIKSYNC_CREDENTIAL_SERVER), not for ${server.value}.`, {
      hint: `The server URL comes from ${server.name}. To use the other server, pass --server ${meant}`,
    });
  }
  if (server.source === "profile" || server.source === "default") {
    const origin = server.source === "profile" ? `the server of profile "${profile.value}"` : "the default server";
    throw new CliError("USAGE", `${name} ${verb} not sent to ${origin}, ${server.value}.`, {
      hint: `The CLI sends a credential only to a server that you name. To use this server, set BRIKSYNC_SERVER=${server.value}`,
    });
  }
}

/** Returns the ID of a trust in lower case. Throws USAGE, with the name of its source, if it is not an ID. */
export function checkTrustId(text: string, name: "BRIKSYNC_TRUST" | "--trust"): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase();
  throw new CliError("USAGE", `${name} does not contain the ID of a trust.`, {
    hint: "As an admin, list the IDs of all trusts: briksync trust list -o ids",
  });
}

/** Returns whether a credential is limited to some keys: that of a job, or an automation token. */
export function isLimitedToKeys(credential: Credential): boolean {
  return credential.kind === "trust" || (credential.kind === "token" && /^(run|aut)_/.test(credential.token));
}

function checkToken(token: string, name: string): string {
  if (token === "") throw new CliError("USAGE", `${name} contains only spaces.`);
  if (!isVisibleWord(token)) {
    throw new CliError(
      "USAGE",
      `${name} does not contain a valid token. It has spaces, newlines or other invalid characters.`,
    );
  }
  return token;
}
