import type { BrikSync } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { confirmOrStop } from "../terminal/confirm.ts";
import { maskSecret } from "../terminal/mask-secret.ts";
import { printRecord } from "../terminal/print-record.ts";
import type { Credential } from "./credential.ts";

/**
 * Runs `briksync token`: prints an access token that the server accepts now. At a terminal, asks first. Throws USAGE for
 * a credential that is not a session or a token.
 */
export async function printToken(context: Context): Promise<void> {
  const { io } = context;
  const credential = await context.credential();
  if (credential.kind === "password" || credential.kind === "trust") throw refuse(credential.name);
  if (io.isDataTty) await confirmOrStop(context, "Show an access token on this screen?");
  const client = await context.client();
  const expiresAt = await checkToken(context, client);
  const token = await readToken(context, credential);
  const { Secret } = await import("@briksync/sdk");
  await maskSecret(context, new Secret(token));
  const server = (await context.settings()).server.value;
  if ((await context.output()) === "table") return io.writeData(`${token}\n`);
  await printRecord(context, {
    id: token,
    json: { accessToken: token, expiresAt, server },
    fields: [
      { label: "Token", field: "accessToken", value: token },
      { label: "Expires", field: "expiresAt", value: expiresAt },
      { label: "Server", field: "server", value: server },
    ],
  });
}

/**
 * Returns when the token expires, or null if the server does not tell. If the server refuses it, the SDK renews the session
 * and stores it.
 */
async function checkToken({ signal }: Context, client: BrikSync): Promise<string | null> {
  try {
    return (await client.auth.getSession({ signal })).session.expiresAt;
  } catch (error) {
    const { isApiError } = await import("@briksync/sdk");
    if (!isApiError(error) || error.feature === undefined) throw error;
    await client.keys.listPage({ limit: 1 }, { signal });
    return null;
  }
}

async function readToken(context: Context, credential: Credential): Promise<string> {
  if (credential.kind === "token") return credential.token;
  const session = await (await context.sessions()).load();
  if (session !== null) return session.accessToken;
  throw new CliError("NOT_SIGNED_IN", "Another run has signed out in the meantime.", {
    hint: "Sign in again: briksync login",
  });
}

function refuse(name: string): CliError {
  return new CliError("USAGE", `You are signed in with ${name} for this run only, so its token ends with this run.`, {
    hint: "To get a token that lasts longer, sign in first: briksync login",
  });
}
