import type { UserRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { endAtProvider } from "../identity/end-at-provider.ts";
import type { CodeFactor, IdentityProvider, ProviderTokens } from "../identity/identity-provider.ts";
import { awaitVerification, beginAttempt, failAttempt } from "../sign-in-limits/sign-in-attempt.ts";
import { type BrowserSignIn, explainFailure, openProvidedBrowser } from "./finish-browser-sign-in.ts";
import { endWaitingSignIn, findWaitingSignIn, noteChallenge, type WaitingSignIn } from "./waiting-sign-in.ts";

/** Maximum number of wrong codes. After that, the user must start again with the first factor. */
const wrongCodesMax = 5;

/** A request of a browser that waits for the second factor. `factor` is the position in the list of factors. */
export interface FactorRequest {
  readonly ticket: string | undefined;
  readonly factor: number;
  readonly deviceToken: string | undefined;
}

/** The result of a code. After `wrong`, `too-many` and `unavailable`, the sign-in still waits. */
export type FactorResult =
  | (Extract<BrowserSignIn, { readonly outcome: "signed-in" }> & { readonly returnPath: string })
  | { readonly outcome: "wrong" | "ended" | "not-invited" | "too-many" | "unavailable" };

/** The result of the request to send a code to a phone. */
export type SentCode = "sent" | "not-sent" | "ended" | "too-many" | "unavailable";

/**
 * Checks the code of a second factor at the provider, and opens the browser session. The result is the same for all
 * reasons why a code does not work. Of several correct codes for a sign-in, one opens a session.
 */
export async function presentCode(
  deps: Dependencies,
  provider: IdentityProvider,
  request: FactorRequest & { readonly code: string },
  origin: Origin,
): Promise<FactorResult> {
  const found = await findWaitingUser(deps, request.ticket);
  if (found === null) return { outcome: "ended" };
  const { waiting, user } = found;
  try {
    const code = { kind: "second-factor", accountId: user.id, address: origin.ip } as const;
    const attempt = await beginAttempt(deps, code, { user, deviceToken: request.deviceToken });
    const tokens = await awaitVerification(deps, attempt, verifyCode(provider, waiting, request));
    if (tokens === null) {
      failAttempt(deps, attempt, user, origin, "second-factor");
      return await countWrongCode(deps, waiting);
    }
    const { accessToken } = tokens;
    const opening = openProvidedBrowser(deps, provider, { accessToken, device: attempt.device, waiting }, origin);
    const opened = await awaitVerification(deps, attempt, opening);
    deps.signInLimiter.recordSuccess(attempt);
    // If the database fails instead, the session stays open, so that the user can try again.
    await endAtProvider(deps, accessToken);
    if (opened.outcome === "signed-in") return { ...opened, returnPath: waiting.returnPath };
    return { outcome: opened.outcome === "not-invited" ? "not-invited" : "ended" };
  } catch (error) {
    return { outcome: explainFailure(deps, error).outcome === "too-many" ? "too-many" : "unavailable" };
  }
}

/** Sends a code to a phone. Each message counts like a failed sign-in, as emails with a link do. */
export async function sendCode(
  deps: Dependencies,
  provider: IdentityProvider,
  request: FactorRequest,
  origin: Origin,
): Promise<SentCode> {
  const found = await findWaitingUser(deps, request.ticket);
  if (found === null) return "ended";
  const { waiting, user } = found;
  const factor = waiting.factors[request.factor];
  if (factor?.kind !== "phone") return "not-sent";
  try {
    const message = { kind: "password", login: `phone ${user.id}`, accountId: null, address: origin.ip } as const;
    const attempt = await beginAttempt(deps, message, { user, deviceToken: request.deviceToken });
    deps.signInLimiter.recordFailure(attempt);
    const id = await provider.challengeFactor(waiting.accessToken, factor.id);
    if (id === null) return "not-sent";
    await noteChallenge(deps, waiting, { factorId: factor.id, id });
    return "sent";
  } catch (error) {
    return explainFailure(deps, error).outcome === "too-many" ? "too-many" : "unavailable";
  }
}

/** Ends a sign-in that waits for the second factor, because its user starts again. */
export async function cancelWaiting(deps: Dependencies, ticket: string | undefined): Promise<void> {
  const waiting = await findWaitingSignIn(deps, ticket);
  if (waiting !== null) await endWaitingSignIn(deps, waiting);
}

async function findWaitingUser(
  deps: Dependencies,
  ticket: string | undefined,
): Promise<{ readonly waiting: WaitingSignIn; readonly user: UserRecord } | null> {
  const waiting = await findWaitingSignIn(deps, ticket);
  const user = waiting === null ? null : await deps.store.users.findById(waiting.userId);
  return waiting === null || user === null ? null : { waiting, user };
}

async function verifyCode(
  provider: IdentityProvider,
  waiting: WaitingSignIn,
  request: { readonly factor: number; readonly code: string },
): Promise<ProviderTokens | null> {
  const factor = waiting.factors[request.factor];
  // Codes from apps have six digits. For text messages, each project chooses the number of digits.
  const code = request.code.replace(/\s/g, "");
  if (factor === undefined || !/^\d{6,10}$/.test(code)) return null;
  const challengeId = await findChallenge(provider, waiting, factor);
  if (challengeId === null) return null;
  return provider.verifyFactor(waiting.accessToken, { factorId: factor.id, challengeId, code });
}

/**
 * Returns the ID of the challenge for a code, or null. A challenge for an app needs no action of the user. It starts
 * only when the code arrives, so that it cannot expire before.
 */
async function findChallenge(
  provider: IdentityProvider,
  { accessToken, challenge }: WaitingSignIn,
  { id, kind }: CodeFactor,
): Promise<string | null> {
  if (kind === "app") return provider.challengeFactor(accessToken, id);
  return challenge?.factorId === id ? challenge.id : null;
}

async function countWrongCode(deps: Dependencies, waiting: WaitingSignIn): Promise<FactorResult> {
  const wrongCodes = await deps.store.transact(({ secondFactors }) => secondFactors.countWrongCode(waiting.id));
  if (wrongCodes !== null && wrongCodes < wrongCodesMax) return { outcome: "wrong" };
  await endWaitingSignIn(deps, waiting);
  return { outcome: "ended" };
}
