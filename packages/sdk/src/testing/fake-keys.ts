import type { AllowedIp } from "../models/api-key.ts";
import { runOnce } from "./fake-idempotency.ts";
import { readCidr, readCidrs } from "./fake-networks.ts";
import { answerPage } from "./fake-paging.ts";
import { FakeRefusal, refuseField } from "./fake-refusal.ts";
import {
  type FakeActor,
  type FakeAnswer,
  type FakeRequest,
  readFields,
  readFlag,
  readName,
  readText,
  recordEvent,
  requireKeyManager,
  requireKeyUser,
} from "./fake-request.ts";
import { makeHex, mintSecret, presentKey, presentMade } from "./fake-secrets.ts";
import type { FakeKey, FakeSecret, FakeState } from "./fake-state.ts";

/** Adds a key with a well-formed secret to the state. */
export function makeKey(
  state: FakeState,
  companyId: string,
  name: string,
  cidrs: readonly string[],
  createdBy: string | null,
): { readonly key: FakeKey; readonly secret: FakeSecret } {
  const now = state.now();
  const createdOn = now.toISOString();
  const key: FakeKey = {
    id: crypto.randomUUID(),
    companyId,
    clientId: `api_${makeHex(24)}`,
    createdOn,
    name,
    secrets: [],
    lease: null,
    allowlist: cidrs.map((cidr) => makeEntry(cidr, null, null, createdOn)),
    lastUsedAt: null,
    lastUsedIp: null,
    rotatedOn: null,
    revokedOn: null,
  };
  state.keys.set(key.id, key);
  return { key, secret: mintSecret(key, now, { state: "current", expiresOn: null, createdBy }) };
}

function makeEntry(cidr: string, note: string | null, expiresAt: string | null, createdOn: string): AllowedIp {
  return { id: crypto.randomUUID(), cidr, note, createdOn, expiresAt };
}

/** Returns a key of the actor's company. Keys of other companies do not exist for the actor. */
export function findKey({ state, params }: FakeRequest, actor: FakeActor): FakeKey {
  const key = state.keys.get(params["id"] ?? "");
  if (key === undefined || key.companyId !== actor.company.id) throw new FakeRefusal("NOT_FOUND");
  return key;
}

/** Returns a key as `findKey` does, and refuses a revoked one. */
export function findActiveKey(request: FakeRequest, actor: FakeActor): FakeKey {
  const key = findKey(request, actor);
  if (key.revokedOn !== null) throw new FakeRefusal("KEY_REVOKED");
  return key;
}

/** GET /keys, oldest first, in pages. */
export function listKeys(request: FakeRequest): FakeAnswer {
  const { company, keyIds } = requireKeyUser(request);
  const status = request.query.get("status");
  if (status !== null && status !== "active" && status !== "revoked") {
    throw refuseField("/status", 'must be "active" or "revoked"');
  }
  const keys = [...request.state.keys.values()]
    .filter((key) => key.companyId === company.id && keyIds?.includes(key.id) !== false)
    .map((key) => presentKey(key, request.state.now()))
    .filter((key) => status === null || key.status === status);
  const prefix = foldName((request.query.get("namePrefix") ?? "").trimStart());
  if (prefix === "") return answerPage(request, keys);
  const named = keys.map((key) => ({ key, rank: `${foldName(key.name)}\u0000${key.id}` }));
  const found = named.filter(({ rank }) => rank.startsWith(prefix)).sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return answerPage(
    request,
    found.map(({ key }) => key),
  );
}

/** Returns a name as lists of names compare it: composed, with single spaces, and without the case of ASCII letters. */
function foldName(text: string): string {
  const composed = text.normalize("NFC").replace(/\p{Space_Separator}+/gu, " ");
  return composed.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** POST /keys: requires the BUSINESS plan and returns the secret. */
export function createKey(request: FakeRequest): FakeAnswer {
  const actor = requireKeyManager(request, true);
  const fields = readFields(request.body, ["name"], ["ipAllowlist"]);
  const name = readName(fields);
  const cidrs = readCidrs(fields["ipAllowlist"], "ipAllowlist");
  return runOnce(request, actor, "createKey", fields, () => {
    const { key, secret } = makeKey(request.state, actor.company.id, name, cidrs, actor.label);
    recordEvent(request, "key.created", { actor, key, details: { ipAllowlist: cidrs } });
    return presentMade(key, secret, request.state.now(), 201);
  });
}

/** GET /keys/{id}. */
export function getKey(request: FakeRequest): FakeAnswer {
  return { status: 200, body: presentKey(findKey(request, requireKeyUser(request)), request.state.now()) };
}

/** PATCH /keys/{id}. */
export function renameKey(request: FakeRequest): FakeAnswer {
  const actor = requireKeyManager(request);
  const name = readName(readFields(request.body, ["name"]));
  const key = findActiveKey(request, actor);
  recordEvent(request, "key.renamed", { actor, key: { id: key.id, name }, details: { from: key.name, to: name } });
  key.name = name;
  return { status: 200, body: presentKey(key, request.state.now()) };
}

/** POST /keys/{id}/revoke: permanent, and safe to repeat. */
export function revokeKey(request: FakeRequest): FakeAnswer {
  const actor = requireKeyManager(request);
  const key = findKey(request, actor);
  if (key.revokedOn === null) {
    key.revokedOn = request.state.now().toISOString();
    key.secrets = [];
    key.lease = null;
    recordEvent(request, "key.revoked", { actor, key });
  }
  return { status: 200, body: presentKey(key, request.state.now()) };
}

/** GET /keys/{id}/ip-allowlist. */
export function listAllowedIps(request: FakeRequest): FakeAnswer {
  return { status: 200, body: findKey(request, requireKeyManager(request)).allowlist };
}

/** POST /keys/{id}/ip-allowlist: the same network again returns the existing entry. */
export function allowIp(request: FakeRequest): FakeAnswer {
  const actor = requireKeyManager(request);
  const fields = readFields(request.body, ["cidr"], ["note", "expiresAt", "mayShorten"]);
  const cidr = readCidr(fields["cidr"], "/cidr");
  const note = fields["note"] == null ? null : readText(fields, "note");
  const now = request.state.now().toISOString();
  const expiresAt = fields["expiresAt"] == null ? null : readDate(readText(fields, "expiresAt"));
  if (expiresAt !== null && expiresAt <= now) throw refuseField("/expiresAt", "must be in the future");
  const mayShorten = readFlag(fields, "mayShorten");
  if (mayShorten && fields["expiresAt"] === undefined) {
    throw refuseField("/expiresAt", "is required with mayShorten. Null removes the expiry");
  }
  const key = findActiveKey(request, actor);
  const existing = key.allowlist.find((entry) => entry.cidr === cidr);
  const isShorter = expiresAt !== null && expiresAt < (existing?.expiresAt ?? "9999");
  const entry = {
    ...(existing ?? makeEntry(cidr, note, expiresAt, now)),
    ...(fields["note"] !== undefined && { note }),
    ...((!isShorter || mayShorten) && { expiresAt }),
  };
  if (existing !== undefined && existing.note === entry.note && existing.expiresAt === entry.expiresAt)
    return { status: 200, body: existing };
  key.allowlist =
    existing === undefined
      ? [...key.allowlist, entry]
      : key.allowlist.map((other) => (other === existing ? entry : other));
  recordEvent(request, "key.ip_allowed", {
    actor,
    key,
    details: { cidr, note: entry.note, expiresAt: entry.expiresAt },
  });
  return { status: existing === undefined ? 201 : 200, body: entry };
}

function readDate(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw refuseField("/expiresAt", "must be an ISO 8601 time");
  return date.toISOString();
}

/** DELETE /keys/{id}/ip-allowlist/{entryId}. */
export function disallowIp(request: FakeRequest): FakeAnswer {
  const actor = requireKeyManager(request);
  const key = findKey(request, actor);
  const entry = key.allowlist.find(({ id }) => id === request.params["entryId"]);
  if (entry === undefined) throw new FakeRefusal("NOT_FOUND");
  key.allowlist = key.allowlist.filter((other) => other !== entry);
  recordEvent(request, "key.ip_disallowed", { actor, key, details: { cidr: entry.cidr } });
  return { status: 204 };
}
