import type { Context } from "../context.ts";

/** Says that only some keys of the company are listed, if the run signs in with a trust or an automation token. */
export async function mentionScope(context: Context): Promise<void> {
  const credential = await context.credential();
  const isToken = credential.kind === "token" && credential.token.startsWith("aut_");
  if (!(isToken || credential.kind === "trust") || (await context.output()) !== "table") return;
  const what = isToken ? "this automation token" : "the trust in BRIKSYNC_TRUST";
  context.io.writeStatus(`This run sees only the keys of ${what}.`);
}
