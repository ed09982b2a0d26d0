import type { Dependencies } from "../dependencies.ts";
import { addSeconds } from "../timestamp.ts";
import { openSeal } from "./waiting-sign-in.ts";

/** Each needs a call to the provider, and a run must not take long. */
const signInsPerRun = 50;
/** One session that the provider cannot end must not keep the others open, but an outage must not take long either. */
const failuresPerRun = 3;
/** After this time, the tokens of an abandoned sign-in have expired with every usual configuration. */
const triedSeconds = 24 * 60 * 60;

/**
 * Ends abandoned sign-ins at the provider, and then removes them. If the provider fails, the next run tries again.
 * Returns how many were removed.
 */
export async function removeAbandoned(deps: Dependencies): Promise<number> {
  const now = deps.now();
  const { store, identityProvider: provider } = deps;
  let removed = 0;
  let failures = 0;
  for (const record of await store.secondFactors.listExpired(now.toISOString(), signInsPerRun)) {
    const waiting = openSeal(deps, record);
    const isTooOld = record.expiresOn < addSeconds(now, -triedSeconds);
    try {
      if (waiting !== null && !isTooOld) await provider?.signOut(waiting.accessToken);
    } catch (error) {
      deps.reportFailure("cannot end an abandoned sign-in at the identity provider", error);
      failures += 1;
      if (failures === failuresPerRun) return removed;
      continue;
    }
    if (await store.transact(({ secondFactors }) => secondFactors.remove(record.id))) removed += 1;
  }
  return removed;
}
