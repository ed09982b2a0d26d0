import type { BrikSync } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { confirmOrStop } from "../terminal/confirm.ts";
import { maskSecret } from "../terminal/mask-secret.ts";
import { printRecord } from "../terminal/print-record.ts";

/**
 * Runs `briksync token`: prints an access token that the server accepts now. At a terminal, asks first. Throws USAGE
 * for a credential that is not a session or a token.
 */
export async function printToken(context: Context): Promise<void> {
  const { io } = context;
  const credential = await context.credential();
  if (credential.kind === "password" || credential.kind === "trust") {
    const what = `You are signed in with ${credential.name} for this run only, so its token ends with this run.`;
    throw new CliError("USAGE", what, { hint: "To get a token that lasts longer, sign in first: briksync login" });
  }
  if (io.isDataTty) await confirmOrStop(context, "Show an access token on this screen?");
  const client = await context.client();
  const expiresAt = await checkToken(context, client);
  const token = credential.kind === "token" ? credential.token : (await (await context.sessions()).load())?.accessToken;
  if (token === undefined) {
    throw new CliError("NOT_SIGNED_IN", "Another run has signed out in the meantime.", {
      hint: "Sign in again: briksync login",
    });
  }
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
 * Returns when the token expires, or null if the server does not return it. If the server refuses it, the SDK renews
 * the session and stores it.
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
