import type { Context } from "../context.ts";

/** Says that only some keys of the company are listed, if the run signs in with a trust or an automation token. */
export async function mentionScope(context: Context): Promise<void> {
  const what = await findScope(context);
  if (what === null || (await context.output()) !== "table") return;
  context.io.writeStatus(`This run sees only the keys of ${what}.`);
}

/** Returns the name of the trust or the automation token that limits the run to some keys, or null. */
export async function findScope(context: Context): Promise<string | null> {
  // Both come only from the environment. Without it, the keychain need not be read.
  const { BRIKSYNC_TRUST: trust, BRIKSYNC_TOKEN: token, BRIKSYNC_TOKEN_FILE: file } = context.env;
  if (!trust && !token && !file) return null;
  const credential = await context.credential();
  if (credential.kind === "trust") return "the trust in BRIKSYNC_TRUST";
  if (credential.kind !== "token") return null;
  if (credential.token.startsWith("aut_")) return "this automation token";
  return credential.token.startsWith("run_") ? "the trust of this token" : null;
}
