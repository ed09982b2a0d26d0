import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import type { IdentityProvider } from "../identity/identity-provider.ts";
import { openBrowserSession } from "../sessions/browser-sessions.ts";
import { rememberDevice } from "../sign-in-limits/device-tokens.ts";
import { awaitVerification, failAttempt, type SignInCredentials } from "../sign-in-limits/sign-in-attempt.ts";
import { type BrowserSignIn, explainFailure, openOrWait } from "./finish-browser-sign-in.ts";
import { verifyAtProvider } from "./provider-sign-in.ts";
import { verifyPassword } from "./sign-in.ts";

/**
 * Signs a browser in with email or username and password, at the identity provider if there is one. Every wrong pair
 * has the same outcome, as for `signIn`. Opens a session of this server, or waits for the second factor, after which the
 * browser goes to `returnPath`.
 */
export async function signInWithForm(
  deps: Dependencies,
  credentials: SignInCredentials,
  returnPath: string,
  origin: Origin,
): Promise<BrowserSignIn> {
  try {
    const { identityProvider: provider } = deps;
    return provider === null
      ? await signInLocally(deps, credentials, origin)
      : await signInThroughProvider(deps, provider, credentials, returnPath, origin);
  } catch (error) {
    return explainFailure(deps, error);
  }
}

function signInLocally(deps: Dependencies, credentials: SignInCredentials, origin: Origin): Promise<BrowserSignIn> {
  return verifyPassword<BrowserSignIn>(deps, credentials, origin, async (tx, { user, company, device }) => {
    const own = { userId: user.id, companyId: company.id };
    const { sessionId, token } = await openBrowserSession(tx, own, origin);
    const deviceToken = await rememberDevice(tx, { userId: user.id, sessionId, presented: device });
    return { outcome: "signed-in", token, deviceToken, mustChangePassword: user.mustChangePassword };
  });
}

async function signInThroughProvider(
  deps: Dependencies,
  provider: IdentityProvider,
  credentials: SignInCredentials,
  returnPath: string,
  origin: Origin,
): Promise<BrowserSignIn> {
  const { tokens, attempt, user } = await verifyAtProvider(deps, provider, credentials, origin);
  const first = { accessToken: tokens.accessToken, device: attempt.device, returnPath };
  const opened = await awaitVerification(deps, attempt, openOrWait(deps, provider, first, origin));
  if (opened.outcome === "not-invited") throw failAttempt(deps, attempt, user, origin);
  deps.signInLimiter.recordSuccess(attempt);
  return opened;
}
