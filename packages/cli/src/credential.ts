import { readFileSync } from "node:fs";
import type { Session } from "@briksync/sdk";
import { CliError } from "./cli-error.ts";
import type { Context } from "./context.ts";
import { isNodeError } from "./storage/node-error.ts";
import type { SessionStorage } from "./storage/session-storage.ts";

/** What a run acts with, and where it came from. */
export type Credential =
  | { readonly kind: "token"; readonly name: "BRIKSYNC_TOKEN" | "BRIKSYNC_TOKEN_FILE"; readonly token: string }
  | { readonly kind: "password"; readonly name: string; readonly email: string; readonly password: string }
  | { readonly kind: "session"; readonly storage: SessionStorage; readonly session: Session }
  | { readonly kind: "none" };

/**
 * Finds the credential of this run: BRIKSYNC_TOKEN, BRIKSYNC_TOKEN_FILE, BRIKSYNC_EMAIL with BRIKSYNC_PASSWORD (or _FILE), then
 * the stored session. The environment is looked at first, so that a broken keychain is never in the way of a token.
 */
export async function findCredential(context: Pick<Context, "env" | "sessions" | "settings">): Promise<Credential> {
  const fromEnvironment = await findEnvironmentCredential(context.env);
  if (fromEnvironment !== null) return fromEnvironment;
  const { server, storedProfile } = await context.settings();
  const storage = await context.sessions();
  const note = storedProfile?.sessions?.[server.value];
  // Nobody signed in here, so there is nothing to ask the keychain for.
  if (note === undefined) return { kind: "none" };
  const session = await storage.load();
  if (session !== null) return { kind: "session", storage, session };
  if (storage.kind === "keychain") {
    throw new CliError("KEYCHAIN_ENTRY_MISSING", "The keychain no longer holds the session of this profile.", {
      hint: "Sign in again: briksync login",
    });
  }
  return { kind: "none" };
}

/** The credential the environment holds, or null. Throws USAGE for one that cannot be used. */
export async function findEnvironmentCredential(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Extract<Credential, { kind: "token" | "password" }> | null> {
  if (env["BRIKSYNC_TOKEN"]) {
    return { kind: "token", name: "BRIKSYNC_TOKEN", token: checkToken(env["BRIKSYNC_TOKEN"].trim(), "BRIKSYNC_TOKEN") };
  }
  if (env["BRIKSYNC_TOKEN_FILE"]) {
    const token = readSecretFile("BRIKSYNC_TOKEN_FILE", env["BRIKSYNC_TOKEN_FILE"]);
    return { kind: "token", name: "BRIKSYNC_TOKEN_FILE", token: checkToken(token.trim(), "BRIKSYNC_TOKEN_FILE") };
  }
  const email = env["BRIKSYNC_EMAIL"];
  if (!email) return null;
  if (env["BRIKSYNC_PASSWORD"]) {
    return {
      kind: "password",
      name: "BRIKSYNC_EMAIL and BRIKSYNC_PASSWORD",
      email,
      password: env["BRIKSYNC_PASSWORD"],
    };
  }
  if (env["BRIKSYNC_PASSWORD_FILE"]) {
    const password = readSecretFile("BRIKSYNC_PASSWORD_FILE", env["BRIKSYNC_PASSWORD_FILE"]);
    return {
      kind: "password",
      name: "BRIKSYNC_EMAIL and BRIKSYNC_PASSWORD_FILE",
      email,
      password: password.replace(/\r?\n$/, ""),
    };
  }
  return null;
}

function readSecretFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reason = isNodeError(error) ? error.code : String(error);
    throw new CliError("USAGE", `${name} names the file ${path}, which cannot be read: ${reason}.`, { cause: error });
  }
}

function checkToken(token: string, name: string): string {
  if (token === "") throw new CliError("USAGE", `${name} holds nothing but blanks.`);
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new CliError(
      "USAGE",
      `${name} does not hold a token: it contains blanks, line ends or other characters no token has.`,
    );
  }
  return token;
}
