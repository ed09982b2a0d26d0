import { AppError } from "../../errors.ts";
import type { Origin } from "../access.ts";
import { actingFor, recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { endAtProvider } from "../identity/end-at-provider.ts";
import {
  type IdentityProvider,
  IdentityProviderUnavailableError,
  readIssuedToken,
} from "../identity/identity-provider.ts";
import { confirmUser, linkIdentity } from "../identity/link-identity.ts";
import { HashingBusyError } from "../passwords/hash-queue.ts";
import { openBrowserSession } from "../sessions/browser-sessions.ts";
import { chooseCompany } from "../sessions/sessions.ts";
import { type PresentedDevice, rememberDevice } from "../sign-in-limits/device-tokens.ts";
import { awaitVerification, beginAttempt } from "../sign-in-limits/sign-in-attempt.ts";
import type { ReturnedSignIn } from "./browser-sign-in.ts";
import { type StartedWaitingSignIn, startWaitingSignIn, type WaitingSignIn } from "./waiting-sign-in.ts";

/** A session of a browser, with the tokens for its cookies. */
interface OpenedBrowser {
  readonly outcome: "signed-in";
  readonly token: string;
  readonly deviceToken: string;
  readonly mustChangePassword: boolean;
}

/** The result of a browser's sign-in: the values of the cookies, or the notice for the user. */
export type BrowserSignIn =
  | OpenedBrowser
  | StartedWaitingSignIn
  | { readonly outcome: "failed" | "unavailable" | "too-many" };

/**
 * Exchanges the code of a redirect and opens a browser session of this server, once per sign-in. Refused codes count as
 * failed sign-ins of the address, so that forged codes do not use up the provider's rate limit.
 */
export async function finishBrowserSignIn(
  deps: Dependencies,
  provider: IdentityProvider,
  signIn: ReturnedSignIn,
  { code, deviceToken }: { readonly code: string; readonly deviceToken: string | undefined },
  origin: Origin,
): Promise<BrowserSignIn> {
  const { digest, expiresOn, verifier, returnPath } = signIn;
  // First, mark the sign-in as used. Of two callbacks with one code, at most one reaches the provider.
  if (!(await deps.store.transact(({ identities }) => identities.spendSignIn(digest, expiresOn)))) {
    return { outcome: "failed" };
  }
  try {
    const token = `browser ${digest.toString("base64url")}`;
    const attempt = await beginAttempt(deps, { kind: "token", token, address: origin.ip }, { deviceToken });
    const tokens = await awaitVerification(deps, attempt, provider.exchangeCode(code, verifier));
    if (tokens === null) {
      deps.signInLimiter.recordFailure(attempt);
      return { outcome: "failed" };
    }
    deps.signInLimiter.recordSuccess(attempt);
    const { accessToken } = tokens;
    return await openOrWait(deps, provider, { accessToken, device: attempt.device, returnPath }, origin);
  } catch (error) {
    return explainFailure(deps, error);
  }
}

/**
 * Returns the outcome for an error of a sign-in, and reports the error if it concerns the operator. Rethrows unknown
 * errors.
 */
export function explainFailure(deps: Dependencies, error: unknown): BrowserSignIn {
  if (error instanceof AppError && error.type === "SIGN_IN_FAILED") return { outcome: "failed" };
  if (error instanceof AppError && error.type === "RATE_LIMITED") return { outcome: "too-many" };
  if (error instanceof HashingBusyError) return { outcome: "unavailable" };
  if (!(error instanceof IdentityProviderUnavailableError)) throw error;
  deps.reportFailure("browser sign-in failed", error);
  return { outcome: "unavailable" };
}

/**
 * Opens a session of this server for a user whose first factor the provider accepted, or waits for the second factor.
 * Ends the provider's session immediately, unless the second factor needs it.
 */
export async function openOrWait(
  deps: Dependencies,
  provider: IdentityProvider,
  first: { readonly accessToken: string; readonly device: PresentedDevice | null; readonly returnPath: string },
  origin: Origin,
): Promise<OpenedBrowser | StartedWaitingSignIn> {
  const { accessToken, device, returnPath } = first;
  let isWaiting = false;
  try {
    const opened = await openProvidedBrowser(deps, provider, { accessToken, device, waiting: null }, origin);
    if (opened.outcome === "signed-in") return opened;
    if (opened.outcome !== "second-factor-missing") return { outcome: "not-invited" };
    const claims = await readIssuedToken(provider, accessToken);
    const started = await startWaitingSignIn(deps, provider, { accessToken, returnPath, claims });
    isWaiting = started.outcome === "second-factor-asked";
    return started;
  } finally {
    if (!isWaiting) await endAtProvider(deps, accessToken);
  }
}

/**
 * Opens a session of this server for a user whom the provider vouches for. `waiting` is the sign-in that the second
 * factor finishes, once. The caller ends the provider's session.
 */
export async function openProvidedBrowser(
  deps: Dependencies,
  provider: IdentityProvider,
  signIn: {
    readonly accessToken: string;
    readonly device: PresentedDevice | null;
    readonly waiting: Pick<WaitingSignIn, "id" | "userId"> | null;
  },
  origin: Origin,
): Promise<OpenedBrowser | { readonly outcome: "not-invited" | "second-factor-missing" | "finished-before" }> {
  const { accessToken, device, waiting } = signIn;
  const claims = await readIssuedToken(provider, accessToken);
  const confirmed = await confirmUser(deps, provider, claims, accessToken);
  if (typeof confirmed === "string") return { outcome: confirmed };
  const { user } = confirmed;
  if (waiting !== null && waiting.userId !== user.id) return { outcome: "not-invited" };
  return deps.transact(async (tx) => {
    // A command that ends the sessions of the user also ends this sign-in, and waits for the same lock.
    await tx.store.users.lockUser(user.id);
    const now = deps.now().toISOString();
    const isFinished = waiting === null || (await tx.store.secondFactors.finish(waiting.id, now));
    if (!isFinished) return { outcome: "finished-before" };
    const memberships = await linkIdentity(tx, provider, claims, confirmed, origin);
    const company = memberships === null ? null : chooseCompany(memberships, undefined);
    if (company === null) return { outcome: "not-invited" };
    const own = { userId: user.id, companyId: company.id };
    const { sessionId, token } = await openBrowserSession(tx, own, origin);
    const details = { provider: provider.name, ...(waiting !== null && { step: "second-factor" }) };
    await recordCall(tx, { actor: actingFor(user, company.id), origin }, { action: "session.signed_in", details });
    const signedIn = { userId: user.id, sessionId, presented: device };
    const deviceToken = await rememberDevice(tx, signedIn);
    return { outcome: "signed-in", token, deviceToken, mustChangePassword: user.mustChangePassword };
  });
}
