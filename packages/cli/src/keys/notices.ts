import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../context.ts";

/** Says that only some keys of the company are listed, if the run signs in with a trust or an automation token. */
export async function reportScope(context: Context): Promise<void> {
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

/**
 * Prints a warning if another active key has the same name as this key, because the name no longer selects it. Needs
 * one request. Prints nothing if that fails, or with --quiet.
 */
export async function warnOfSameName(context: Context, key: Pick<ApiKey, "id" | "name">): Promise<void> {
  const { io, globals, signal } = context;
  if (globals.isQuiet) return;
  const name = key.name.normalize("NFC");
  try {
    for await (const other of (await context.client()).keys.list({ status: "active" }, { signal })) {
      if (other.id === key.id || other.name.normalize("NFC") !== name) continue;
      io.writeStatus(
        `\n${io.statusColors.yellow("!")} Another active key has the same name. Use the client ID to select one of them.`,
      );
      return;
    }
  } catch {
    // The command has succeeded. An error here would only cast doubt on that.
  }
}
