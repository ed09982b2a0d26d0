import type { Context } from "../context.ts";
import { sanitizeText } from "../output/sanitize.ts";

/**
 * Asks for the password of the remembered e-mail and replaces the stored session. Returns false where nobody is remembered.
 * Throws what the server says to the password.
 */
export async function signInAgain(context: Context): Promise<boolean> {
  const { server, storedProfile } = await context.settings();
  const note = storedProfile?.sessions?.[server.value];
  if (note?.email === undefined) return false;
  const prompts = await context.prompts();
  context.io.writeTalk(`Your session on ${server.value} is over.`);
  const password = await prompts.password(`Password of ${sanitizeText(note.email)}:`);
  const [client, storage] = await Promise.all([context.anonymousClient(), context.sessions()]);
  const { session } = await client.auth.signIn({ email: note.email, password }, { signal: context.signal });
  await storage.lock(() => storage.save(session));
  return true;
}
