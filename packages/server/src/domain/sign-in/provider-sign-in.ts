import { AppError } from "../../errors.ts";
import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { endAtProvider } from "../identity/end-at-provider.ts";
import { type IdentityProvider, type ProviderClaims, readIssuedToken } from "../identity/identity-provider.ts";
import { signInByAddress } from "../identity/provider-address.ts";
import type { OpenedSession } from "../identity/refused-sessions.ts";
import { normalizeLogin } from "../login-name.ts";
import { openProvidedSession } from "../sessions/open-provided-session.ts";
import { findProvidedSession, presentProvided } from "../sessions/provider-sessions.ts";
import { type IssuedSession, isSessionLive } from "../sessions/sessions.ts";
import { type PresentedDevice, rememberDevice } from "../sign-in-limits/device-tokens.ts";
import {
  awaitVerification,
  beginAttempt,
  failAttempt,
  type SignInCredentials,
} from "../sign-in-limits/sign-in-attempt.ts";

/**
 * Asks the provider whether the password is right. The caller ends or keeps the provider's session.
 * @throws {AppError} SIGN_IN_FAILED, RATE_LIMITED. {IdentityProviderUnavailableError}.
 */
export async function verifyAtProvider(
  deps: Dependencies,
  provider: IdentityProvider,
  credentials: SignInCredentials,
  origin: Origin,
) {
  const login = normalizeLogin(credentials.email);
  const user = await deps.store.users.findByLogin(login);
  const guess = { kind: "password", login, accountId: user?.id ?? null, address: origin.ip } as const;
  const attempt = await beginAttempt(deps, guess, { user, deviceToken: credentials.deviceToken });
  // If the attempt must fail, ask the provider with a random password, so that the time is the same.
  const password = attempt.mustFail ? deps.randomBytes(32).toString("base64url") : credentials.password;
  const tokens = await awaitVerification(deps, attempt, signInByAddress(deps, provider, user, login, password));
  if (tokens === null) throw failAttempt(deps, attempt, user, origin);
  return { tokens, attempt, user };
}

/**
 * Signs in with the provider's password. The session and its tokens are the provider's. A user who is not invited gets
 * the same response as for a wrong password.
 * @throws {AppError} SIGN_IN_FAILED, RATE_LIMITED. FORBIDDEN if the user does not belong to the company, or a second
 * factor is missing. {IdentityProviderUnavailableError}.
 */
export async function signInAtProvider(
  deps: Dependencies,
  provider: IdentityProvider,
  credentials: SignInCredentials,
  origin: Origin,
): Promise<IssuedSession> {
  const { tokens, attempt, user } = await verifyAtProvider(deps, provider, credentials, origin);
  const { accessToken } = tokens;
  const opening = async (): Promise<{ claims: ProviderClaims; outcome: OpenedSession }> => {
    const claims = await readIssuedToken(provider, accessToken);
    const session = { accessToken, claims, companyId: credentials.companyId };
    return { claims, outcome: await openProvidedSession(deps, provider, session, origin) };
  };
  const { claims, outcome } = await awaitVerification(deps, attempt, opening());
  if (outcome !== "opened") await endAtProvider(deps, accessToken);
  if (outcome === "not-invited") throw failAttempt(deps, attempt, user, origin);
  deps.signInLimiter.recordSuccess(attempt);
  if (outcome === "not-a-member") throw new AppError("FORBIDDEN", { message: "You do not belong to this company" });
  if (outcome === "second-factor-missing") {
    throw new AppError("FORBIDDEN", {
      message: "This account has a second factor. Sign in through the browser: briksync login --web",
    });
  }
  const issued = await presentProvided(deps, provider, claims, tokens, origin);
  if (issued === null) throw new AppError("SIGN_IN_FAILED");
  return { ...issued, deviceToken: await rememberProvidedDevice(deps, provider, claims, attempt.device) };
}

/** Returns the device token for a new provider session. Null if it cannot be saved. The session is still valid. */
async function rememberProvidedDevice(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
  presented: PresentedDevice | null,
): Promise<string | null> {
  try {
    const found = await findProvidedSession(deps, provider, claims);
    if (found === null) return null;
    const { session, user } = found.context;
    const opened = { userId: user.id, sessionId: session.id, presented };
    return await deps.transact(async (tx) => {
      // A command that disables the user or ends sessions also removes devices. None may be added afterwards.
      await tx.store.users.lockUser(user.id);
      return (await isSessionLive(tx, session.id)) ? rememberDevice(tx, opened) : null;
    });
  } catch (error) {
    deps.reportFailure("cannot save a device token", error);
    return null;
  }
}
