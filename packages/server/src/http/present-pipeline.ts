import type Type from "typebox";
import type { PipelineActor } from "../domain/access.ts";
import { notAfter } from "../domain/timestamp.ts";
import { listTrustWarnings } from "../domain/trusts/trust-warnings.ts";
import type { AutomationTokenRecord, GrantRecord, TrustEventRecord, TrustRecord } from "../store/records.ts";
import type { AutomationToken } from "./schemas/automation-token.ts";
import type { Grant } from "./schemas/exchange.ts";
import type { Trust, TrustEvent } from "./schemas/trust.ts";

function presentGrantRecord({ id, name, may, keyIds, fromCidrs, createdOn, createdBy }: GrantRecord) {
  const { email, hasLeft } = createdBy;
  return {
    id,
    name,
    may: [...may],
    keyIds: [...keyIds],
    fromCidrs: [...fromCidrs],
    createdOn,
    createdBy: { email, hasLeft },
  };
}

/** Returns a trust in the format of the API. `activeKeyIds` are all active keys of its company. */
export function presentTrust(trust: TrustRecord, activeKeyIds: readonly string[]): Type.Static<typeof Trust> {
  const { provider, issuer, claims, ttlSeconds, reuse, disabledOn, lastRun } = trust;
  return {
    ...presentGrantRecord(trust),
    provider,
    issuer,
    claims: { ...claims },
    ttlSeconds,
    reuse,
    disabledOn,
    lastRun: lastRun === null ? null : { ...lastRun },
    warnings: listTrustWarnings(trust, activeKeyIds).map((warning) => ({ ...warning })),
  };
}

/** Returns a line of a trust's log in the format of the API. */
export function presentTrustEvent(event: TrustEventRecord): Type.Static<typeof TrustEvent> {
  const { id, createdOn: on, outcome, claim, has, repository, workflow, runId, ip } = event;
  const type = event.type as Type.Static<typeof TrustEvent>["type"];
  return { id, on, outcome, type, claim, has, run: { repository, workflow, runId }, ip };
}

/** Returns an automation token in the format of the API. `now` is a canonical timestamp. */
export function presentToken(token: AutomationTokenRecord, now: string): Type.Static<typeof AutomationToken> {
  const { revokedOn, lastUsedAt, lastUsedIp, secrets, createdOn } = token;
  const pending = secrets.find(({ state }) => state === "pending");
  return {
    ...presentGrantRecord(token),
    expiresAt: (pending ?? secrets[0])?.expiresAt ?? createdOn,
    revokedOn,
    lastUsedAt: notAfter(lastUsedAt, now),
    lastUsedIp,
    pendingSince: pending?.createdOn ?? null,
  };
}

/** Returns what the token of a call allows. */
export function presentGrant(actor: PipelineActor): Type.Static<typeof Grant> {
  const { kind, id, name, may, keyIds, expiresAt, companyId, companyName, plan, run } = actor;
  return {
    kind,
    id,
    name,
    may: [...may],
    keyIds: [...keyIds],
    expiresAt,
    company: { id: companyId, name: companyName, plan },
    run: run === null ? null : { ...run },
  };
}
