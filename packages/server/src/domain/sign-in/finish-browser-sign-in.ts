import { AppError } from "../../errors.ts";
import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { endAtProvider } from "../identity/end-at-provider.ts";
import {
  type IdentityProvider,
  IdentityProviderUnavailableError,
  readIssuedToken,
} from "../identity/identity-provider.ts";
import { linkIdentity, vouchForUser } from "../identity/link-identity.ts";
import { HashingBusyError } from "../passwords/hash-queue.ts";
import { openBrowserSession } from "../sessions/browser-sessions.ts";
import { recordSignIn } from "../sessions/open-provided-session.ts";
import { chooseCompany } from "../sessions/sessions.ts";
import { type PresentedDevice, rememberDevice } from "../sign-in-limits/device-tokens.ts";
import { beginTokenAttempt, judgeAttempt } from "../sign-in-limits/sign-in-attempt.ts";
import type { ReturnedSignIn } from "./browser-sign-in.ts";

/** The result of a browser's sign-in: the tokens for the cookies, or the notice for the user. */
export type BrowserSignIn =
  | {
      readonly outcome: "signed-in";
      readonly token: string;
      readonly deviceToken: string;
      readonly mustChangePassword: boolean;
    }
  | { readonly outcome: "failed" | "not-invited" | "second-factor-missing" | "unavailable" | "too-many" };

/**
 * Exchanges the code of a redirect and opens a browser session of this server, once per sign-in. The provider's session
 * ends immediately, because it is not needed. Refused codes count as failed sign-ins of the address, so that forged
 * codes do not use up the provider's rate limit.
 */
export async function finishBrowserSignIn(
  deps: Dependencies,
  provider: IdentityProvider,
  signIn: ReturnedSignIn,
  { code, deviceToken }: { readonly code: string; readonly deviceToken: string | undefined },
  origin: Origin,
): Promise<BrowserSignIn> {
  const { digest, expiresOn, verifier } = signIn;
  // First, mark the sign-in as used. Of two callbacks with one code, at most one reaches the provider.
  if (!(await deps.store.transact(({ identities }) => identities.spendSignIn(digest, expiresOn)))) {
    return { outcome: "failed" };
  }
  try {
    const token = `browser ${digest.toString("base64url")}`;
    const attempt = await beginTokenAttempt(deps, { token, deviceToken }, origin);
    const tokens = await judgeAttempt(deps, attempt, provider.exchangeCode(code, verifier));
    if (tokens === null) {
      deps.signInLimiter.recordFailure(attempt);
      return { outcome: "failed" };
    }
    deps.signInLimiter.recordSuccess(attempt);
    const { accessToken } = tokens;
    try {
      return await openProvidedBrowser(deps, provider, { accessToken, device: attempt.device }, origin);
    } finally {
      await endAtProvider(deps, accessToken);
    }
  } catch (error) {
    return explainFailure(deps, error);
  }
}

/** Returns the outcome of a sign-in that threw, and reports what the operator must know. Throws unknown errors again. */
export function explainFailure(deps: Pick<Dependencies, "reportFailure">, error: unknown): BrowserSignIn {
  if (error instanceof AppError && error.type === "SIGN_IN_FAILED") return { outcome: "failed" };
  if (error instanceof AppError && error.type === "RATE_LIMITED") return { outcome: "too-many" };
  if (error instanceof HashingBusyError) return { outcome: "unavailable" };
  if (!(error instanceof IdentityProviderUnavailableError)) throw error;
  deps.reportFailure("browser sign-in failed", error);
  return { outcome: "unavailable" };
}

/** Opens a session of this server for a user whom the provider vouches for. The caller ends the provider's session. */
export async function openProvidedBrowser(
  deps: Dependencies,
  provider: IdentityProvider,
  { accessToken, device }: { readonly accessToken: string; readonly device: PresentedDevice | null },
  origin: Origin,
): Promise<BrowserSignIn> {
  const claims = await readIssuedToken(provider, accessToken);
  const vouched = await vouchForUser(deps, provider, claims, accessToken);
  if (typeof vouched === "string") return { outcome: vouched };
  const { user } = vouched;
  return deps.store.transact(async (repositories) => {
    const memberships = await linkIdentity(deps, repositories, provider, claims, vouched, origin);
    const company = memberships === null ? null : chooseCompany(memberships, undefined);
    if (company === null) return { outcome: "not-invited" };
    const { sessionId, token } = await openBrowserSession(deps, repositories, {
      userId: user.id,
      companyId: company.id,
    });
    await recordSignIn(deps, repositories, { provider, user, companyId: company.id }, origin);
    const signedIn = { userId: user.id, sessionId, presented: device };
    const deviceToken = await rememberDevice(deps, repositories, signedIn);
    return { outcome: "signed-in", token, deviceToken, mustChangePassword: user.mustChangePassword };
  });
}
