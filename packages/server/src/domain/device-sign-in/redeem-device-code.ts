import { AppError, type ErrorType } from "../../errors.ts";
import type { DeviceSignInRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";
import { actingFor, recordCall } from "../audit/record-audit.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { findClientNetworks, findTurnHolder } from "../network/client-networks.ts";
import { insertSession } from "../sessions/insert-session.ts";
import { deriveDeviceToken, type RefreshToken } from "../sessions/refresh-token.ts";
import { chooseCompany, isLive } from "../sessions/sessions.ts";
import { addSeconds, isBeyond } from "../timestamp.ts";
import { describeDevice } from "./decide-device-sign-in.ts";
import { findByDeviceCode, isExpired } from "./device-codes.ts";

/** The session of a device. */
interface DeviceSession {
  readonly userId: string;
  readonly sessionId: string;
  readonly companyId: string;
}

/** Seconds by which each early poll raises the interval (RFC 8628, section 3.5). */
const slowDownSeconds = 5;
const intervalSecondsMax = 60;
/** Seconds by which a poll may be early, because not all requests take equally long. */
const pollLeewaySeconds = 1;
/** How long a spent code still returns its tokens, in seconds, because the response may have been lost. */
const replaySeconds = 60;

/**
 * Answers a poll of a device (RFC 8628, section 3.4). Spends an approved code in the transaction that opens its
 * session. A spent code returns the same tokens for a short time and until the refresh token is used, because the
 * response may have been lost. After that it ends the session, because one of two holders of the code stole it (RFC
 * 6749, section 4.1.2).
 * @throws {AppError} AUTHORIZATION_PENDING, SLOW_DOWN, ACCESS_DENIED, DEVICE_CODE_EXPIRED, RATE_LIMITED.
 */
export async function redeemDeviceCode(deps: Dependencies, deviceCode: string, origin: Origin) {
  deps.callLimits.networkExchanges.admit(findClientNetworks(origin.ip)?.network ?? "");
  if (!(await deps.exchangeTurns.next(findTurnHolder(origin.ip))))
    throw new AppError("RATE_LIMITED", { retryAfterSeconds: 1 });
  // Made-up codes must not take the write lock, which all changes wait for.
  const found = await findByDeviceCode(deps, deviceCode);
  if (found === null || isExpired(found.signIn, deps.now())) throw new AppError("DEVICE_CODE_EXPIRED");
  const refresh = deriveDeviceToken(found.pepper, deviceCode);
  const outcome = await deps.transact(async (tx) => {
    // Lock the sign-in, so that concurrent polls and an approval see each other.
    await tx.store.deviceSignIns.lock(found.signIn.id);
    const current = await findByDeviceCode(tx, deviceCode);
    return current === null ? "DEVICE_CODE_EXPIRED" : answerPoll(tx, current.signIn, refresh, origin);
  });
  if (typeof outcome === "string") throw new AppError(outcome);
  const accessToken = await deps.accessTokens.sign(outcome);
  return { accessToken, refreshToken: refresh.text, expiresInSeconds: deps.settings.accessTokenTtlSeconds };
}

/**
 * Returns the session, or the type of the error. Does not throw, because an error would roll back what it has recorded.
 */
async function answerPoll(
  tx: Transaction,
  signIn: DeviceSignInRecord,
  refresh: RefreshToken,
  origin: Origin,
): Promise<DeviceSession | ErrorType> {
  switch (signIn.state) {
    case "open":
      return notePoll(tx, signIn);
    case "denied":
      return "ACCESS_DENIED";
    case "approved":
      return openDeviceSession(tx, signIn, refresh, origin);
    case "spent":
      return repeatSession(tx, signIn, refresh, origin);
  }
}

async function notePoll(tx: Transaction, { id, polledOn, intervalSeconds }: DeviceSignInRecord): Promise<ErrorType> {
  const now = tx.now();
  const earliest = addSeconds(now, pollLeewaySeconds - intervalSeconds);
  const isEarly = polledOn !== null && polledOn > earliest && !isBeyond(polledOn, now);
  const raised = Math.min(intervalSecondsMax, intervalSeconds + slowDownSeconds);
  await tx.store.deviceSignIns.notePoll(id, {
    polledOn: now.toISOString(),
    intervalSeconds: isEarly ? raised : intervalSeconds,
  });
  return isEarly ? "SLOW_DOWN" : "AUTHORIZATION_PENDING";
}

async function openDeviceSession(
  tx: Transaction,
  signIn: DeviceSignInRecord,
  refresh: RefreshToken,
  origin: Origin,
): Promise<DeviceSession | ErrorType> {
  const { sessions, users, deviceSignIns } = tx.store;
  const { userId, companyId, approvingSessionId, endsOn } = signIn;
  if (userId === null || companyId === null || approvingSessionId === null) return "ACCESS_DENIED";
  // A command that disables the user or ends their sessions waits for this lock and then finds this session.
  await users.lockUser(userId);
  // If the approving session has ended, for example with a password change, its approval has ended too.
  const approving = await sessions.findContext(approvingSessionId);
  if (!isLive(tx, approving)) return "ACCESS_DENIED";
  if (chooseCompany(approving.memberships, companyId) === null) return "ACCESS_DENIED";
  const now = tx.now().toISOString();
  const ttlSeconds = tx.settings.refreshTokenTtlSeconds;
  const opening = { openedWith: "device", ip: origin.ip, device: signIn } as const;
  const sessionId = await insertSession(tx, { userId, companyId, ttlSeconds, endsOn, opening });
  if (!(await deviceSignIns.spend(signIn.id, { sessionId, spentOn: now }))) throw new Error("The locked row changed");
  await sessions.insertRefreshToken({ digest: refresh.digest, sessionId, createdOn: now });
  const details = { ...describeDevice(signIn), approvingSessionId };
  const actor = actingFor(approving.user, companyId);
  await recordCall(tx, { actor, origin }, { action: "session.signed_in", details });
  return { userId, sessionId, companyId };
}

async function repeatSession(
  tx: Transaction,
  { sessionId, companyId, spentOn }: DeviceSignInRecord,
  refresh: RefreshToken,
  origin: Origin,
): Promise<DeviceSession | ErrorType> {
  const { sessions } = tx.store;
  if (sessionId === null || companyId === null || spentOn === null) return "DEVICE_CODE_EXPIRED";
  await sessions.lockSession(sessionId);
  const context = await sessions.findContext(sessionId);
  if (!isLive(tx, context)) return "DEVICE_CODE_EXPIRED";
  const now = tx.now();
  const token = await sessions.findRefreshToken(refresh.digest);
  const isUnused = token !== null && token.usedOn === null;
  const isRecent = spentOn > addSeconds(now, -replaySeconds) && !isBeyond(spentOn, now);
  const { user, session } = context;
  if (isUnused && isRecent) return { userId: user.id, sessionId, companyId: session.companyId };
  await sessions.revokeSession(sessionId, now.toISOString());
  const actor = actingFor(user, session.companyId);
  const details = { reason: "device code used twice" };
  await recordCall(tx, { actor, origin }, { action: "session.revoked", details });
  return "DEVICE_CODE_EXPIRED";
}
