import { isRecord, type JsonRecord } from "../call/json.ts";
import type { PipelineRun } from "../models/trust.ts";
import { isAmong } from "./fake-networks.ts";
import { FakeRefusal, refuseField } from "./fake-refusal.ts";
import type {
  FakeAutomationToken,
  FakeCompany,
  FakeGrant,
  FakeState,
  FakeToken,
  FakeTrust,
  FakeUser,
} from "./fake-state.ts";

/** A request, as the routes of the fake server receive it. */
export interface FakeRequest {
  readonly state: FakeState;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: unknown;
  /** The body as it was sent. */
  readonly text: string;
  /** URL of the server, as the caller sees it. */
  readonly origin: string;
  /** IP address of the caller: the first entry of `X-Forwarded-For`, or 127.0.0.1. */
  readonly ip: string;
  readonly requestId: string;
}

/** The response of a route. */
export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A user, a job or an automation token, and its company. */
export interface FakeActor {
  readonly kind: "user" | "trust" | "token";
  readonly id: string;
  readonly email: string | null;
  /** By which other people recognize the actor. */
  readonly label: string;
  readonly company: FakeCompany;
  /** IDs of the only keys that the actor may see. Null for users. */
  readonly keyIds: readonly string[] | null;
  /** What the details of audit events say about a pipeline. */
  readonly about?: JsonRecord;
}

/** The user and company of a session call. */
export interface FakeUserActor extends FakeActor {
  readonly kind: "user";
  readonly token: FakeToken;
  readonly user: FakeUser;
  readonly privilege: number;
}

/** Returns the signed-in user of a request. Throws `UNAUTHORIZED`, and `SCOPE_DENIED` for other tokens. */
export function requireActor(request: FakeRequest): FakeUserActor {
  if (findGrant(request) !== null) throw new FakeRefusal("SCOPE_DENIED");
  const { state, headers } = request;
  const token = state.tokens.get(readBearer(headers) ?? "");
  const user = token && state.users.get(token.session.userId);
  const company = token && state.companies.get(token.companyId);
  const privilege = company && user?.privileges.get(company.id);
  const isLive = token !== undefined && !token.session.isEnded && token.expiresAtMs > state.now().getTime();
  if (!isLive || user === undefined || company === undefined || privilege === undefined) {
    throw new FakeRefusal("UNAUTHORIZED");
  }
  const { id, email } = user;
  return { kind: "user", id, email, label: email, keyIds: null, token, user, company, privilege };
}

/** Returns the grant of a request's token. Null for other tokens. A token ends with its trust, and at its time. */
export function findGrant({ state, headers, ip }: FakeRequest): {
  readonly grant: FakeGrant;
  readonly owner: FakeTrust | FakeAutomationToken;
  readonly company: FakeCompany;
} | null {
  const text = readBearer(headers) ?? "";
  const grant = state.grants.get(text);
  if (grant === undefined) return null;
  const owner = state.trusts.get(grant.id) ?? state.automationTokens.get(grant.id);
  const company = owner && state.companies.get(owner.companyId);
  const isLive = grant.expiresAtMs > state.now().getTime();
  if (owner === undefined || company === undefined || !isLive) throw new FakeRefusal("UNAUTHORIZED");
  if (!isAmong(owner.fromCidrs, ip)) {
    const message = `This trust or automation token does not allow requests from ${ip}`;
    throw new FakeRefusal("IP_NOT_ALLOWED", { message });
  }
  return { grant, owner, company };
}

/** Returns what audit events say about a pipeline. */
export function describePipeline(
  kind: "trust" | "token",
  { id, name }: { readonly id: string; readonly name: string },
  run: PipelineRun | null,
): JsonRecord {
  return { actorKind: kind, [`${kind}Id`]: id, [`${kind}Name`]: name, ...run };
}

/** Records an accepted call of an automation token. The first use of a pending token ends the old one. */
export function recordGrantUse(request: FakeRequest): void {
  const { state, headers, ip } = request;
  const text = readBearer(headers) ?? "";
  const token = state.automationTokens.get(state.grants.get(text)?.id ?? "");
  if (token === undefined) return;
  if (token.pending?.text === text) {
    state.grants.delete(token.current);
    Object.assign(token, { current: text, expiresAt: token.pending.expiresAt, pending: null });
    const { id, companyId } = token;
    const about = describePipeline("token", token, null);
    const details = { isFirstUse: true };
    const actor = { kind: "token", id, email: null, company: { id: companyId }, about } as const;
    recordEvent(request, "token.rotated", { actor, details });
  }
  Object.assign(token, { lastUsedAt: state.now().toISOString(), lastUsedIp: ip });
}

/**
 * Returns the actor of a call that jobs and automation tokens may make too. They may only see the keys of their grant, and
 * need the BUSINESS plan to change something.
 */
export function requireKeyUser(
  request: FakeRequest,
  { changes = false, needsBusinessPlan = false }: { changes?: boolean; needsBusinessPlan?: boolean } = {},
): FakeActor {
  const found = findGrant(request);
  if (found === null) return requireKeyManager(request, needsBusinessPlan);
  const { grant, owner, company } = found;
  const { id } = request.params;
  if (id !== undefined && !owner.keyIds.includes(id)) throw new FakeRefusal("SCOPE_DENIED");
  if (changes && company.plan !== "BUSINESS") throw new FakeRefusal("PLAN_UPGRADE_REQUIRED");
  const label = `${grant.kind === "trust" ? "trust" : "automation token"} ${owner.name}`;
  return {
    kind: grant.kind,
    id: owner.id,
    email: null,
    label,
    company,
    keyIds: owner.keyIds,
    about: describePipeline(grant.kind, owner, grant.run),
  };
}

/** Refuses the rotation of another actor to jobs and automation tokens. */
export function requireOwnRotation(actor: FakeActor, rotation: { readonly grantId: string | null }): void {
  if (actor.kind !== "user" && rotation.grantId !== actor.id) throw new FakeRefusal("SCOPE_DENIED");
}

/** Returns the signed-in user if they can manage keys. Throws the same refusals as the server, in the same order. */
export function requireKeyManager(request: FakeRequest, needsBusinessPlan = false): FakeUserActor {
  const actor = requireActor(request);
  if (actor.user.mustChangePassword) throw new FakeRefusal("PASSWORD_CHANGE_REQUIRED");
  if (actor.privilege > 2) throw new FakeRefusal("FORBIDDEN");
  if (needsBusinessPlan && actor.company.plan !== "BUSINESS") throw new FakeRefusal("PLAN_UPGRADE_REQUIRED");
  return actor;
}

/** Returns the token of an Authorization header, or null. */
export function readBearer(headers: Headers): string | null {
  return /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? null;
}

/** Returns the fields of a body. Refuses missing, unknown or wrongly typed fields with a 422 that names the field. */
export function readFields(body: unknown, required: readonly string[], optional: readonly string[] = []): JsonRecord {
  if (!isRecord(body)) throw new FakeRefusal("BAD_REQUEST", { message: "The body is empty. Send a JSON object" });
  const unknown = Object.keys(body).find((name) => !required.includes(name) && !optional.includes(name));
  if (unknown !== undefined) throw refuseField(`/${unknown}`, "is not a known field");
  const missing = required.find((name) => body[name] === undefined);
  if (missing !== undefined) throw refuseField(`/${missing}`, "is missing");
  return body;
}

/** Returns a required string field. */
export function readText(fields: JsonRecord, name: string): string {
  const text = fields[name];
  if (typeof text !== "string") throw refuseField(`/${name}`, "must be string");
  return text;
}

/** Returns an optional boolean field. The default is false. */
export function readFlag(fields: JsonRecord, name: string): boolean {
  const flag = fields[name] ?? false;
  if (typeof flag !== "boolean") throw refuseField(`/${name}`, "must be boolean");
  return flag;
}

/** Returns an optional whole number of seconds. */
export function readSeconds(fields: JsonRecord, name: string, min: number, max: number): number | undefined {
  const seconds = fields[name];
  if (seconds === undefined) return undefined;
  if (typeof seconds !== "number" || !Number.isInteger(seconds)) throw refuseField(`/${name}`, "must be integer");
  if (seconds < min || seconds > max) throw refuseField(`/${name}`, `must be from ${min} to ${max}`);
  return seconds;
}

/**
 * Returns a name as the server stores it: composed, with single spaces, 1 to 100 characters, without control
 * characters.
 */
export function readName(fields: JsonRecord): string {
  const name = readText(fields, "name")
    .trim()
    .normalize("NFC")
    .replace(/\p{Space_Separator}+/gu, " ");
  if (name === "" || [...name].length > 100) throw refuseField("/name", "must have 1 to 100 characters");
  if (/\p{Cc}/u.test(name)) throw refuseField("/name", "must not contain control characters");
  return name;
}

/** Adds an event to the audit trail. */
export function recordEvent(
  { state, ip, requestId }: FakeRequest,
  action: string,
  facts: {
    actor?: Pick<FakeActor, "kind" | "id" | "email" | "about"> & { readonly company: Pick<FakeCompany, "id"> };
    user?: FakeUser;
    companyId?: string;
    key?: { id: string; name: string };
    details?: JsonRecord;
  },
): void {
  const { actor = facts.user } = facts;
  const kind = facts.actor?.kind ?? (facts.user === undefined ? "server" : "user");
  state.events.push({
    id: crypto.randomUUID(),
    companyId: facts.actor?.company.id ?? facts.companyId ?? null,
    createdOn: state.now().toISOString(),
    action,
    actorKind: kind,
    actorId: actor?.id ?? null,
    actorEmail: actor?.email ?? null,
    keyId: facts.key?.id ?? null,
    keyName: facts.key?.name ?? null,
    ip,
    requestId,
    details: { ...facts.details, ...facts.actor?.about },
  });
}
