import { AppError } from "../../errors.ts";
import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { endAtProvider } from "../identity/end-at-provider.ts";
import type { IdentityProvider } from "../identity/identity-provider.ts";
import { readIssuedToken } from "../identity/identity-provider.ts";
import { beginTokenAttempt, judgeAttempt } from "../sign-in-limits/sign-in-attempt.ts";
import { openProvidedSession } from "./open-provided-session.ts";
import { presentProvided } from "./present-provided.ts";
import type { IssuedSession } from "./sessions.ts";

/**
 * Exchanges a refresh token at the provider. A session that has ended here stays ended, and then ends at the provider
 * too. Refused tokens count as failed sign-ins of the address, so that forged tokens do not use up the provider's rate
 * limit.
 * @throws {AppError} UNAUTHORIZED, RATE_LIMITED; {IdentityProviderUnavailableError}.
 */
export async function refreshAtProvider(
  deps: Dependencies,
  provider: IdentityProvider,
  refreshToken: string,
  origin: Origin,
): Promise<IssuedSession> {
  const attempt = await beginTokenAttempt(deps, { token: `refresh ${refreshToken}` }, origin);
  const tokens = await judgeAttempt(deps, attempt, provider.refresh(refreshToken));
  if (tokens === null) {
    deps.signInLimiter.recordFailure(attempt);
    throw new AppError("UNAUTHORIZED");
  }
  deps.signInLimiter.recordSuccess(attempt);
  const { accessToken } = tokens;
  const claims = await readIssuedToken(provider, accessToken);
  await openProvidedSession(deps, provider, { accessToken, claims }, origin);
  const issued = await presentProvided(deps, provider, claims, tokens, origin);
  if (issued !== null) return issued;
  await endAtProvider(deps, accessToken);
  throw new AppError("UNAUTHORIZED");
}
