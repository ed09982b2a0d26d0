import type { Actor, Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { chooseCompany, describeActor, isLive, signOut } from "./sessions.ts";

const tokenCharactersMax = 128;

/** Returns the user of a browser's session cookie, or null if the session has ended. */
export async function findBrowserActor(deps: Dependencies, token: string | undefined): Promise<Actor | null> {
  if (token === undefined || token.length > tokenCharactersMax) return null;
  const digests = deps.secretHasher.all.map((pepper) => pepper.digestToken("browser-session", token));
  const sessionId = await deps.store.identities.findBrowserSession(digests);
  const context = sessionId === null ? null : await deps.store.sessions.findContext(sessionId);
  if (!isLive(deps, context)) return null;
  const company = chooseCompany(context.memberships, context.session.companyId);
  return company === null ? null : describeActor(context, company);
}

/** Ends the session of a browser's cookie, if any. */
export async function endBrowserSession(deps: Dependencies, token: string | undefined, origin: Origin): Promise<void> {
  const actor = await findBrowserActor(deps, token);
  if (actor !== null) await signOut(deps, { actor, provided: null }, origin);
}
