import type { AcknowledgedCall, AcknowledgedSecret } from "./previous-version.ts";
import type { Body, Call } from "./previous-version-calls.ts";

const auth = "/external/v1/auth";

/** Responses of a version to verify calls and to calls with an Idempotency-Key. */
export interface ResponseRecord {
  readonly secrets: AcknowledgedSecret[];
  readonly calls: AcknowledgedCall[];
  /** Records a secret that verify accepts. */
  accepted(body: Body, state: AcknowledgedSecret["state"], more?: Partial<AcknowledgedSecret>): void;
  /** Records a secret that verify refuses. */
  refused(body: Body, status?: number): void;
}

/** Returns an empty record. */
export function createRecord(): ResponseRecord {
  const secrets: AcknowledgedSecret[] = [];
  return {
    secrets,
    calls: [],
    accepted: (body, state, more = {}) => void secrets.push({ ...pick(body), status: 200, state, ...more }),
    refused: (body, status = 401) => void secrets.push({ ...pick(body), status, state: null }),
  };
}

/** Returns the key and the secret of a response. */
export function pick({ id, clientId, clientSecret }: Body): { keyId: string; clientId: string; clientSecret: string } {
  return { keyId: id, clientId, clientSecret };
}

/** Creates keys in every state through calls of an admin, and records the responses. Returns two open rotations. */
export async function writeKeys({
  call,
  token,
  signIn,
  record,
}: {
  readonly call: Call;
  readonly token: string;
  signIn(email: string): Promise<Body>;
  readonly record: ResponseRecord;
}): Promise<{ readonly neverUsed: Body; readonly begun: Body }> {
  const { accepted, refused } = record;
  const keys = `${auth}/keys`;
  const post = async (path: string, json?: unknown, status = 200): Promise<Body> =>
    (await call("POST", keys + path, status, { token, json })).body;
  const create = (json: object): Promise<Body> => post("", json, 201);
  const stage = (id: string, json: object = {}): Promise<Body> => post(`/${id}/rotate`, { mode: "staged", ...json });
  const use = async (secret: string, status = 200, headers: Record<string, string> = {}): Promise<void> =>
    void (await call("GET", `${auth}/verify`, status, { token: secret, headers }));
  /** Makes a call with an Idempotency-Key. `replay` is the status of a later repetition, if it differs. */
  const callOnce = async (path: string, json: object, { email = "ada@partner.example", replay = 0 } = {}) => {
    const idempotencyKey = `fixture-${record.calls.length}`;
    const session = await signIn(email);
    const headers = { "idempotency-key": idempotencyKey };
    const status = path === "" ? 201 : 200;
    const { text, body } = await call("POST", keys + path, status, { token: session.accessToken, json, headers });
    const response = replay === 0 ? { status, text } : { status: replay, text: null };
    record.calls.push({ email, path: keys + path, idempotencyKey, json, ...response });
    return body;
  };

  const plain = await create({ name: "CRM Integration" });
  accepted(plain, "current");
  await use(plain.clientSecret);

  const restricted = await create({ name: "Restricted", ipAllowlist: ["203.0.113.0/24"] });
  await post(`/${restricted.id}/ip-allowlist`, { cidr: "2001:db8::/32", note: "office" }, 201);
  await post(`/${restricted.id}/ip-allowlist`, { cidr: "198.51.100.7", expiresAt: "2035-01-01T00:00:00Z" }, 201);
  const gone = await post(`/${restricted.id}/ip-allowlist`, { cidr: "192.0.2.1" }, 201);
  await call("DELETE", `${keys}/${restricted.id}/ip-allowlist/${gone.id}`, 204, { token });
  for (const address of ["203.0.113.9", "2001:db8::7", "198.51.100.7"]) accepted(restricted, "current", { address });
  record.secrets.push({ ...pick(restricted), status: 401, state: null, address: "192.0.2.1" });
  await use(restricted.clientSecret, 200, { "x-forwarded-for": "203.0.113.9" });

  const rotated = await create({ name: "Rotated" });
  refused(rotated);
  accepted(await post(`/${rotated.id}/rotate`), "current");

  const retiring = await create({ name: "Retiring" });
  accepted(retiring, "retiring");
  await use(retiring.clientSecret);
  accepted(await post(`/${retiring.id}/rotate`, { graceSeconds: 3600 }), "current");

  const unused = await create({ name: "Pending, never used" });
  accepted(unused, "current");
  const neverUsed = await stage(unused.id, { expiresInSeconds: 7200 });

  const unfinished = await create({ name: "Pending, to be finished" });
  const begun = await stage(unfinished.id);

  const used = await create({ name: "Pending, used and handed out" });
  accepted(used, "current");
  const first = await stage(used.id, { expiresInSeconds: 60 });
  await use(first.clientSecret);
  accepted(first, "pending", { isWithoutDeadline: true });
  const second = await stage(used.id, { expiresInSeconds: 60, takeOver: true });
  await post(`/${used.id}/rotations/${second.rotationId}/renew`);
  accepted(second, "pending", { isWithoutDeadline: true });

  const finished = await create({ name: "Finished" });
  accepted(finished, "retiring");
  const next = await stage(finished.id);
  await post(`/${finished.id}/rotations/${next.rotationId}/renew`);
  await post(`/${finished.id}/rotations/${next.rotationId}/finish`, { graceSeconds: 3600 });
  accepted(next, "current");

  const promoted = await create({ name: "Used while pending, then retiring" });
  refused(promoted);
  const early = await stage(promoted.id);
  await use(early.clientSecret);
  await post(`/${promoted.id}/rotations/${early.rotationId}/finish`);
  accepted(early, "retiring");
  accepted(await post(`/${promoted.id}/rotate`, { graceSeconds: 3600 }), "current");

  const aborted = await create({ name: "Aborted" });
  accepted(aborted, "current");
  const dropped = await stage(aborted.id);
  await call("POST", `${keys}/${aborted.id}/rotations/${dropped.rotationId}/abort`, 204, { token });
  refused(dropped);

  const revoked = await create({ name: "Revoked", ipAllowlist: ["203.0.113.0/24"] });
  await use(revoked.clientSecret, 200, { "x-forwarded-for": "203.0.113.9" });
  await post(`/${revoked.id}/revoke`);
  refused(revoked);

  const renamed = await create({ name: "Before" });
  await call("PATCH", `${keys}/${renamed.id}`, 200, { token, json: { name: "Zürich – Ελλάδα" } });
  accepted(renamed, "current");

  accepted(await callOnce("", { name: "Created once", ipAllowlist: ["203.0.113.7"] }), "current", {
    address: "203.0.113.7",
  });
  const rotatedOnce = await create({ name: "Rotated once" });
  refused(rotatedOnce);
  accepted(await callOnce(`/${rotatedOnce.id}/rotate`, {}), "current");
  const stagedOnce = await create({ name: "Staged once" });
  accepted(stagedOnce, "current");
  const staged = await callOnce(`/${stagedOnce.id}/rotate`, { mode: "staged" });
  await use(staged.clientSecret);
  accepted(staged, "pending", { isWithoutDeadline: true });
  accepted(await callOnce("", { name: "Created once by another" }, { email: "bob@partner.example" }), "current");
  const superseded = await callOnce("", { name: "Superseded" }, { replay: 409 });
  refused(superseded);
  accepted(await post(`/${superseded.id}/rotate`), "current");
  return { neverUsed, begun };
}
