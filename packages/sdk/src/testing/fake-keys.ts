import { foldName } from "../call/fold-name.ts";
import type { AllowedIp } from "../models/api-key.ts";
import { allow, type FakeActor } from "./fake-actors.ts";
import { recordEvent } from "./fake-audit.ts";
import { FakeFields } from "./fake-fields.ts";
import { runOnce } from "./fake-idempotency.ts";
import { readCidr } from "./fake-networks.ts";
import { FakeRefusal, refuseField } from "./fake-refusal.ts";
import { answerPage, type FakeRequest, findOwn, listOwn, reply } from "./fake-request.ts";
import { createHex, mintSecret, presentCreated, presentKey } from "./fake-secrets.ts";
import type { FakeKey, FakeSecret, FakeState } from "./fake-state.ts";

/** Adds a key with a well-formed secret to the state. */
export function createFakeKey(
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
    clientId: `api_${createHex(24)}`,
    createdOn,
    name,
    secrets: [],
    lease: null,
    allowlist: cidrs.map((cidr) => createEntry(cidr, null, null, createdOn)),
    lastUsedAt: null,
    lastUsedIp: null,
    rotatedOn: null,
    revokedOn: null,
  };
  state.keys.set(key.id, key);
  return { key, secret: mintSecret(key, now, { state: "current", expiresOn: null, createdBy }) };
}

function createEntry(cidr: string, note: string | null, expiresAt: string | null, createdOn: string): AllowedIp {
  return { id: crypto.randomUUID(), cidr, note, createdOn, expiresAt };
}

/** Returns a key of the actor's company. Keys of other companies do not exist for the actor. */
export function findKey(request: FakeRequest, actor: FakeActor): FakeKey {
  return findOwn(request.state.keys, request, actor);
}

/** Returns a key as `findKey` does, and refuses a revoked one. */
export function findActiveKey(request: FakeRequest, actor: FakeActor): FakeKey {
  const key = findKey(request, actor);
  if (key.revokedOn !== null) throw new FakeRefusal("KEY_REVOKED");
  return key;
}

/** The operations of keys. */
export const keyRoutes = {
  // Oldest first, in pages.
  listKeys: allow.keyUser("GET", "/keys", (request, { company, keyIds }) => {
    const status = request.query.get("status");
    if (status !== null && status !== "active" && status !== "revoked") {
      throw refuseField("/status", 'must be "active" or "revoked"');
    }
    const keys = listOwn(request.state.keys, company.id)
      .filter(({ id }) => keyIds?.includes(id) !== false)
      .map((key) => presentKey(key, request.state.now()))
      .filter((key) => status === null || key.status === status);
    const prefix = foldName((request.query.get("namePrefix") ?? "").trimStart());
    if (prefix === "") return answerPage(request, keys);
    const named = keys.map((key) => ({ key, rank: `${foldName(key.name)}\u0000${key.id}` }));
    const found = named.filter(({ rank }) => rank.startsWith(prefix)).sort((a, b) => (a.rank < b.rank ? -1 : 1));
    const sorted = found.map(({ key }) => key);
    return answerPage(request, sorted);
  }),

  // Requires the BUSINESS plan and returns the secret.
  createKey: allow.payingKeyManager("POST", "/keys", (request, actor) => {
    const fields = new FakeFields(request.body, ["name"], ["ipAllowlist"]);
    const name = fields.name();
    const cidrs = fields.cidrs("ipAllowlist");
    return runOnce(request, actor, fields.values, () => {
      const { key, secret } = createFakeKey(request.state, actor.company.id, name, cidrs, actor.label);
      recordEvent(request, "key.created", { actor, key, details: { ipAllowlist: cidrs } });
      return presentCreated(key, secret, request.state.now(), 201);
    });
  }),

  getKey: allow.keyUser("GET", "/keys/{id}", (request, actor) =>
    reply(presentKey(findKey(request, actor), request.state.now())),
  ),

  renameKey: allow.keyManager("PATCH", "/keys/{id}", (request, actor) => {
    const name = new FakeFields(request.body, ["name"]).name();
    const key = findActiveKey(request, actor);
    if (name !== key.name) {
      recordEvent(request, "key.renamed", { actor, key: { id: key.id, name }, details: { from: key.name, to: name } });
      key.name = name;
    }
    return reply(presentKey(key, request.state.now()));
  }),

  // Permanent, and safe to repeat.
  revokeKey: allow.keyManager("POST", "/keys/{id}/revoke", (request, actor) => {
    const key = findKey(request, actor);
    if (key.revokedOn === null) {
      key.revokedOn = request.state.now().toISOString();
      key.secrets = [];
      key.lease = null;
      recordEvent(request, "key.revoked", { actor, key });
    }
    return reply(presentKey(key, request.state.now()));
  }),

  listAllowedIps: allow.keyManager("GET", "/keys/{id}/ip-allowlist", (request, actor) =>
    reply(findKey(request, actor).allowlist),
  ),

  // The same network again returns the existing entry.
  allowIp: allow.keyManager("POST", "/keys/{id}/ip-allowlist", (request, actor) => {
    const fields = new FakeFields(request.body, ["cidr"], ["note", "expiresAt", "mayShorten"]);
    const cidr = readCidr(fields.values["cidr"], "/cidr");
    const note = fields.values["note"] == null ? null : fields.text("note");
    const now = request.state.now();
    const expiresAt = fields.values["expiresAt"] == null ? null : fields.futureTime("expiresAt", now).toISOString();
    const mayShorten = fields.flag("mayShorten");
    if (mayShorten && !fields.has("expiresAt")) {
      throw refuseField("/expiresAt", "is required with mayShorten. Null removes the expiry");
    }
    const key = findActiveKey(request, actor);
    const existing = key.allowlist.find((entry) => entry.cidr === cidr);
    const isShorter = expiresAt !== null && expiresAt < (existing?.expiresAt ?? "9999");
    const entry = {
      ...(existing ?? createEntry(cidr, note, expiresAt, now.toISOString())),
      ...(fields.has("note") && { note }),
      ...((!isShorter || mayShorten) && { expiresAt }),
    };
    if (existing !== undefined && existing.note === entry.note && existing.expiresAt === entry.expiresAt)
      return reply(existing);
    key.allowlist =
      existing === undefined
        ? [...key.allowlist, entry]
        : key.allowlist.map((other) => (other === existing ? entry : other));
    const details = { cidr, note: entry.note, expiresAt: entry.expiresAt };
    recordEvent(request, "key.ip_allowed", { actor, key, details });
    return reply(entry, existing === undefined ? 201 : 200);
  }),

  disallowIp: allow.keyManager("DELETE", "/keys/{id}/ip-allowlist/{entryId}", (request, actor) => {
    const key = findKey(request, actor);
    const entry = key.allowlist.find(({ id }) => id === request.params["entryId"]);
    if (entry === undefined) throw new FakeRefusal("NOT_FOUND");
    key.allowlist = key.allowlist.filter((other) => other !== entry);
    recordEvent(request, "key.ip_disallowed", { actor, key, details: { cidr: entry.cidr } });
    return { status: 204 };
  }),
};
