import { createHmac } from "node:crypto";
import { type SignInAttempt, SignInLimiter } from "../../src/domain/sign-in-limits/sign-in-limiter.ts";

/** An attempt with a password. */
export type PasswordAttempt = Extract<SignInAttempt, { kind: "password" }>;

/** A minute, in milliseconds. */
export const minuteMs = 60_000;
/** The window of the limits, in milliseconds. */
export const quarterHourMs = 15 * minuteMs;
/** A password attempt for Ada's account. */
export const ada: PasswordAttempt = {
  kind: "password",
  login: "ada@partner.com",
  accountId: "account of ada",
  address: "203.0.113.7",
};
/** An attempt with the device token of Ada's device. */
export const adasDevice: SignInAttempt = { kind: "known-device", deviceId: "device of ada" };

/** Starts a limiter whose clock stands still until a test sets it. */
export function startLimiter(maxEntries = 30_000) {
  const clock = { nowMs: 7_000_000 };
  const digest = (text: string): Buffer => createHmac("sha256", "a key").update(text).digest();
  return { clock, limiter: new SignInLimiter({ nowMs: () => clock.nowMs, maxEntries, digest }) };
}

/** Fails the attempt. Returns whether its password was checked. */
export function guess(limiter: SignInLimiter, attempt: SignInAttempt): boolean {
  const admission = limiter.admit(attempt);
  if (!admission.allowed) return false;
  limiter.recordFailure(admission.attempt);
  return !admission.attempt.mustFail;
}

/** Returns how many wrong guesses are checked, one after another. */
export function countGuesses(limiter: SignInLimiter, attempts: Iterable<SignInAttempt>): number {
  let guesses = 0;
  for (const attempt of attempts) if (guess(limiter, attempt)) guesses += 1;
  return guesses;
}

/** Returns whether the correct password would sign in now. Changes nothing. */
export function canSignIn(limiter: SignInLimiter, attempt: SignInAttempt): boolean {
  const admission = limiter.admit(attempt);
  if (admission.allowed) limiter.recordSuccess(admission.attempt);
  return admission.allowed && !admission.attempt.mustFail;
}

/** Returns how many seconds the attempt must wait, or null if it need not wait. */
export function readWait(limiter: SignInLimiter, attempt: SignInAttempt): number | null {
  const admission = limiter.admit(attempt);
  if (admission.allowed) limiter.recordAborted(admission.attempt);
  return admission.allowed ? null : admission.retryAfterSeconds;
}

/** Returns a list that contains the attempt many times. */
export function repeat<T>(attempt: T, times = 500): T[] {
  return Array.from({ length: times }, () => attempt);
}

/** Returns attempts from addresses in different sites. */
export function fromSites<T extends object>(attempt: T, count: number, first = 0): T[] {
  return Array.from({ length: count }, (_, index) => {
    const site = first + index;
    return { ...attempt, address: `${10 + (site >> 16)}.${(site >> 8) & 255}.${site & 255}.1` };
  });
}
