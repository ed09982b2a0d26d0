import { createMemorySessionStore } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { isShowable } from "../text/sanitize.ts";
import { findCompany } from "./companies.ts";
import { loadDeviceToken, saveDeviceToken } from "./device-token.ts";
import { openClient } from "./open-client.ts";
import { endReplacedSession } from "./sign-in.ts";

/**
 * Prompts for the password of the stored email address and replaces the stored session. Returns false if no email
 * address is stored, or if the user signed in through a browser. Throws the server's error for a wrong password.
 */
export async function signInAgain(context: Context): Promise<boolean> {
  const { server, storedProfile } = await context.settings();
  const note = storedProfile?.sessions?.[server.value];
  if (note?.email === undefined || note.isFromBrowser === true || !isShowable(note.email)) return false;
  const prompts = await context.prompts();
  context.io.writeStatus(`Your session on ${server.value} has expired or was ended.`);
  const password = await prompts.password(`Password of ${note.email}:`);
  const storage = await context.sessions();
  const client = await openClient(context, { session: createMemorySessionStore() });
  const options = { signal: context.signal };
  const deviceToken = await loadDeviceToken(context, note.email);
  let result = await client.auth.signIn({ email: note.email, password, deviceToken }, options);
  await saveDeviceToken(context, [note.email], result.deviceToken);
  // The command continues in the company of the old session, never in another one without notice.
  if (note.companyId !== undefined && note.companyId !== result.activeCompany.id) {
    const { id } = findCompany(result.companies, note.companyId);
    result = await client.auth.switchCompany(id, options);
  }
  // The entry in the keychain may be missing.
  const credential = await context.credential().catch(() => null);
  const ended = credential?.kind === "session" ? credential.session.accessToken : undefined;
  const replaced = await storage.lock(async () => {
    const stored = await storage.load().catch(() => null);
    await storage.save(result.session);
    return stored;
  });
  // Another run may have signed in during the prompt.
  if (replaced !== null && replaced.accessToken !== ended) await endReplacedSession(context, replaced);
  return true;
}
