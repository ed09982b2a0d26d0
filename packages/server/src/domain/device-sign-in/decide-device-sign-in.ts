import { AppError } from "../../errors.ts";
import type { DeviceSignInRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { findClientNetworks } from "../network/client-networks.ts";
import type { BrowserSession } from "../sessions/browser-sessions.ts";
import { chooseCompany } from "../sessions/sessions.ts";
import { digestUserCode, isExpired, readUserCode } from "./device-codes.ts";

/** A device that asks to be signed in. The device itself reports all fields except the address and the times. */
export type WaitingDevice = Pick<DeviceSignInRecord, "hostName" | "clientVersion" | "ip" | "createdOn" | "expiresOn">;

/** A browser, and the user code that its user typed or confirmed. */
interface TypedCode {
  readonly session: BrowserSession;
  readonly userCode: string;
}

/**
 * Returns the device that waits with a user code.
 * @throws {AppError} RATE_LIMITED. NOT_FOUND for a code that is wrong, used or expired.
 */
export async function findWaitingDevice(deps: Dependencies, typed: TypedCode, origin: Origin): Promise<WaitingDevice> {
  admit(deps, typed, origin);
  const { hostName, clientVersion, ip, createdOn, expiresOn } = await requireOpen(deps, typed);
  return { hostName, clientVersion, ip, createdOn, expiresOn };
}

/**
 * Lets a device sign in as the user of a browser, for one of their companies. With an identity provider, the session of
 * the device ends no later than the session of the browser. The provider does not report when it bans a user.
 * @throws {AppError} RATE_LIMITED. NOT_FOUND as `findWaitingDevice`. FORBIDDEN if the user does not belong to the
 * company.
 */
export async function approveDevice(
  deps: Dependencies,
  typed: TypedCode,
  companyId: string,
  origin: Origin,
): Promise<void> {
  admit(deps, typed, origin);
  const { actor, memberships, endsOn } = typed.session;
  const company = chooseCompany(memberships, companyId);
  if (company === null) throw new AppError("FORBIDDEN", { message: "You do not belong to this company" });
  await deps.transact(async (tx) => {
    const signIn = await requireOpen(tx, typed);
    const decision = {
      state: "approved" as const,
      userId: actor.userId,
      companyId: company.id,
      approvingSessionId: actor.sessionId,
      endsOn: deps.identityProvider === null ? null : endsOn,
    };
    if (!(await tx.store.deviceSignIns.decide(signIn.id, decision))) throw unknownCode();
    const call = { actor: { ...actor, companyId: company.id }, origin };
    await recordCall(tx, call, { action: "session.device_approved", details: describeDevice(signIn) });
  });
}

/**
 * Refuses the sign-in of a device. The device receives the refusal with its next poll.
 * @throws {AppError} RATE_LIMITED. NOT_FOUND as `findWaitingDevice`.
 */
export async function denyDevice(deps: Dependencies, typed: TypedCode, origin: Origin): Promise<void> {
  admit(deps, typed, origin);
  const { actor } = typed.session;
  await deps.transact(async (tx) => {
    const signIn = await requireOpen(tx, typed);
    if (!(await tx.store.deviceSignIns.decide(signIn.id, { state: "denied" }))) throw unknownCode();
    const details = describeDevice(signIn);
    await recordCall(tx, { actor, origin }, { action: "session.device_denied", details });
  });
}

/** Returns the details of a device for the audit trail. */
export function describeDevice({ id, hostName, clientVersion, ip }: DeviceSignInRecord): Record<string, string | null> {
  return { deviceSignInId: id, hostName, clientVersion, deviceIp: ip };
}

function admit(deps: Dependencies, { session }: TypedCode, { ip }: Origin): void {
  deps.callLimits.sessionCodes.admit(session.actor.sessionId);
  deps.callLimits.networkCodes.admit(findClientNetworks(ip)?.network ?? "");
}

async function requireOpen(tx: Dependencies | Transaction, { userCode }: TypedCode): Promise<DeviceSignInRecord> {
  const code = readUserCode(userCode);
  if (code === null) throw unknownCode();
  const digests = tx.secretHasher.all.map((pepper) => digestUserCode(pepper, code));
  const signIn = await tx.store.deviceSignIns.findByUserCode(digests);
  if (signIn === null || signIn.state !== "open" || isExpired(signIn, tx.now())) throw unknownCode();
  return signIn;
}

/** Returns the same error for all codes that do not work, so that a guess reveals nothing. */
function unknownCode(): AppError {
  return new AppError("NOT_FOUND", { message: "This code is wrong, was already used, or has expired" });
}
