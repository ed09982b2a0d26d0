import { AppError } from "../../errors.ts";
import type { UserRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { findPresentedDevice, type PresentedDevice } from "./device-tokens.ts";
import type { FailedSignIn } from "./failed-sign-ins.ts";
import type { AdmittedAttempt, SignInAttempt } from "./sign-in-limiter.ts";

/** The credentials of a sign-in. */
export interface SignInCredentials {
  /** Email address or username. */
  readonly email: string;
  readonly password: string;
  readonly companyId?: string;
  /** Device token of an earlier sign-in. */
  readonly deviceToken?: string;
}

/** An admitted attempt. */
export interface StartedAttempt extends AdmittedAttempt {
  /** The known device. Null for strangers. */
  readonly device: PresentedDevice | null;
  /** The holder in the hash queue. Null for strangers. */
  readonly holder: string | null;
}

/**
 * Starts an attempt. On a known device of the user, the device is the holder, and no attempts of others block it. For a
 * token of the provider, any known device counts, because the user is not known yet.
 * @throws {AppError} RATE_LIMITED with Retry-After.
 */
export async function beginAttempt(
  deps: Dependencies,
  attempt: Exclude<SignInAttempt, { readonly kind: "known-device" | "password-change" }>,
  { user = null, deviceToken }: { readonly user?: UserRecord | null; readonly deviceToken?: string | undefined },
): Promise<StartedAttempt> {
  const device = await findPresentedDevice(deps, deviceToken);
  if (device === null || (attempt.kind !== "token" && device.device.userId !== user?.id)) return begin(deps, attempt);
  const { id } = device.device;
  return { ...begin(deps, { kind: "known-device", deviceId: id }), device, holder: id };
}

/**
 * Starts a check of the current password within a session. Failed sign-ins elsewhere do not block it.
 * @throws {AppError} RATE_LIMITED with Retry-After.
 */
export function beginPasswordChange(
  deps: Dependencies,
  actor: { readonly userId: string; readonly sessionId: string },
  origin: Origin,
): StartedAttempt {
  const { userId: accountId, sessionId } = actor;
  return { ...begin(deps, { kind: "password-change", accountId, sessionId, address: origin.ip }), holder: sessionId };
}

function begin(deps: Dependencies, attempt: SignInAttempt): StartedAttempt {
  const admission = deps.signInLimiter.admit(attempt);
  if (admission.allowed) return { ...admission.attempt, device: null, holder: null };
  throw new AppError("RATE_LIMITED", {
    message: "Too many failed sign-ins. Wait before you try again",
    retryAfterSeconds: admission.retryAfterSeconds,
  });
}

/**
 * Ends an attempt as failed, and records it for an existing user. `step` names what failed, if it was not the first
 * factor. Returns the same error for all attempts (S-04).
 */
export function failAttempt(
  deps: Dependencies,
  attempt: AdmittedAttempt,
  user: UserRecord | null,
  origin: Origin,
  step?: FailedSignIn["step"],
): AppError {
  deps.signInLimiter.recordFailure(attempt);
  const failed = { origin, occurredOn: deps.now(), ...(step !== undefined && { step }) };
  if (user !== null) deps.failedSignIns.record({ user, ...failed });
  return new AppError("SIGN_IN_FAILED");
}

/** Waits for the verification of an attempt. The attempt does not count if the verification fails to complete. */
export async function awaitVerification<T>(
  deps: Dependencies,
  attempt: AdmittedAttempt,
  verification: Promise<T>,
): Promise<T> {
  try {
    return await verification;
  } catch (error) {
    deps.signInLimiter.recordAborted(attempt);
    throw error;
  }
}

/**
 * Returns whether the password is correct. An unknown user costs the same hash. The attempt counts unless the hash
 * could not be computed.
 */
export async function checkPassword(
  deps: Dependencies,
  attempt: StartedAttempt,
  user: UserRecord | null,
  password: string,
): Promise<boolean> {
  const verification =
    user === null
      ? deps.passwords.verifyDecoy(password)
      : deps.passwords.verify(user.passwordHash, password, attempt.holder);
  return awaitVerification(deps, attempt, verification);
}
