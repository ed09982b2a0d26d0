import type { Context } from "../context.ts";

/** Says that only some keys of the company are listed, if the run signs in with a trust or an automation token. */
export async function mentionScope(context: Context): Promise<void> {
  const credential = await context.credential();
  const what = nameScope(credential);
  if (what === null || (await context.output()) !== "table") return;
  context.io.writeStatus(`This run sees only the keys of ${what}.`);
}

function nameScope(credential: Awaited<ReturnType<Context["credential"]>>): string | null {
  if (credential.kind === "trust") return "the trust in BRIKSYNC_TRUST";
  if (credential.kind !== "token") return null;
  if (credential.token.startsWith("aut_")) return "this automation token";
  return credential.token.startsWith("run_") ? "the trust of this token" : null;
}
