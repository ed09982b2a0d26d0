import type { Dependencies } from "../dependencies.ts";

/** Ends the session of a token at its provider. Failures are only reported, because nothing here depends on it. */
export async function endAtProvider(deps: Dependencies, accessToken: string): Promise<void> {
  try {
    await deps.identityProvider?.signOut(accessToken);
  } catch (error) {
    deps.reportFailure("cannot end a session at the identity provider", error);
  }
}
