import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Call } from "./support/http-client.ts";
import { createTestKey, type TestKey } from "./support/keys.ts";
import { createPerson, createSignedIn, otherPassword, type SignedIn, signInPerson } from "./support/people.ts";
import { startTestServer, type TestServer } from "./support/start-server.ts";
import {
  auditedTables,
  listAuditedChanges,
  listChangesOfRefusal,
  listNewEvents,
  readState,
} from "./support/state-of-tables.ts";
import { newStripeId, signStripe, subscriptionEvent, webhookSecret } from "./support/stripe-events.ts";

const auth = "/external/v1/auth";
const keys = `${auth}/keys`;
const cronSecret = "canary-cron-secret-0123456789";

interface Request extends Call {
  readonly method: string;
  readonly path: string;
}

/** One way to call an operation. */
interface Case {
  readonly name: string;
  readonly status: number;
  /** Audited tables that the call changes. */
  readonly changes?: readonly string[];
  /** Actions of the events that the call writes. */
  readonly events?: readonly string[];
  /** Why the call changes something although it is refused. */
  readonly changesDespiteRefusal?: string;
  prepare(): Promise<Request>;
}

describe("S-60 every operation", () => {
  let server: TestServer;
  /** A Super Admin, an admin of the same company who must change the password, and one who may not manage keys. */
  let admin: SignedIn;
  let member: SignedIn;
  let newcomer: SignedIn;
  let poor: SignedIn;
  let stranger: SignedIn;
  let key: TestKey;
  beforeAll(async () => {
    server = await startTestServer({ CRON_SECRET: cronSecret, STRIPE_WEBHOOK_SECRET: webhookSecret });
    admin = await createSignedIn(server);
    const company = admin.companyName;
    member = await createSignedIn(server, { company, privilege: 3 });
    newcomer = await createSignedIn(server, { company, privilege: 2, mustChangePassword: true });
    poor = await createSignedIn(server, { plan: "FREE" });
    stranger = await createSignedIn(server);
    key = await createTestKey(server, admin.token, { ipAllowlist: ["127.0.0.1"] });
  });
  afterAll(() => server.stop());

  const request = (method: string, path: string, call: Call = {}): Request => ({ method, path, ...call });
  const post = (path: string, json?: unknown, person: SignedIn = admin): Request =>
    request("POST", path, { token: person.token, ...(json === undefined ? {} : { json }) });
  async function send({ method, path, ...call }: Request, status: number) {
    const answer = await server.call(method, path, call);
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBe(status);
    return answer.body;
  }
  const newKey = (): Promise<TestKey> => createTestKey(server, admin.token);
  /** A key with a staged rotation. */
  async function stage(person: SignedIn = admin) {
    const made = await createTestKey(server, person.token);
    const started = await send(post(`${keys}/${made.id}/rotate`, { mode: "staged" }, person), 200);
    const path = (verb: string): string => `${keys}/${made.id}/rotations/${started.rotationId}/${verb}`;
    return { ...made, pending: started.clientSecret as string, path };
  }
  const verify = (clientSecret: string, headers: Record<string, string> = {}): Request =>
    request("GET", `${auth}/verify`, { token: clientSecret, headers });
  /** A staged secret of a key that an allowlist, a used up bucket or a plan refuses. */
  async function refusedPending(how: "address" | "rate" | "plan"): Promise<Request> {
    const owner = how === "plan" ? await createSignedIn(server) : admin;
    const staged = await stage(owner);
    if (how === "plan") await server.deps.store.transact(({ users }) => users.setPlan(owner.companyId, "FREE"));
    if (how === "address") {
      await send(post(`${keys}/${staged.id}/ip-allowlist`, { cidr: "203.0.113.7" }), 201);
    }
    if (how === "rate") {
      await server.database.query("update api_keys set rate_per_minute = 1, rate_burst = 1 where id = ?", staged.id);
      await send(verify(staged.clientSecret), 200);
    }
    return verify(staged.pending);
  }
  const signIn = (email: string, password: string, more: object = {}): Request =>
    request("POST", `${auth}/signin`, { json: { email, password, ...more } });
  const refresh = (refreshToken: string): Request => request("POST", `${auth}/refresh`, { json: { refreshToken } });
  const stripe = (event: object): Request => {
    const body = JSON.stringify(event);
    const headers = { "content-type": "application/json", "stripe-signature": signStripe(body) };
    return request("POST", "/api/webhooks/stripe", { body, headers });
  };
  const subscribe = (person: SignedIn): object =>
    subscriptionEvent(
      "created",
      { id: newStripeId("sub"), customer: newStripeId("cus"), companyId: person.companyId },
      Math.floor(Date.now() / 1000),
    );
  /** A call that is refused because of who makes it, for an operation that admins may call. */
  const refusedForOthers = (method: string, path: () => string, json?: unknown): Case[] =>
    (
      [
        ["without a session", 401, () => undefined],
        ["for a member", 403, () => member],
        ["before the password was changed", 403, () => newcomer],
      ] as const
    ).map(([name, status, who]) => ({
      name,
      status,
      prepare: async () => {
        const person = who();
        const { token } = person ?? {};
        return request(method, path(), {
          ...(token === undefined ? {} : { token }),
          ...(json === undefined ? {} : { json }),
        });
      },
    }));
  const notFound = (method: string, path: (id: string) => string, json?: unknown): Case[] => [
    {
      name: "for the key of another company",
      status: 404,
      prepare: async () =>
        request(method, path(key.id), { token: stranger.token, ...(json === undefined ? {} : { json }) }),
    },
  ];

  const operations: Record<string, readonly Case[]> = {
    getHealth: [{ name: "always", status: 200, prepare: async () => request("GET", "/api/health") }],
    getReadiness: [{ name: "always", status: 200, prepare: async () => request("GET", "/api/health/ready") }],
    runJob: [
      {
        name: "with a secret whose deadline has come",
        status: 200,
        changes: ["key_secrets"],
        events: ["key.secret_expired"],
        prepare: async () => {
          const { id } = await newKey();
          await send(post(`${keys}/${id}/rotate`, { graceSeconds: 1 }), 200);
          server.clock.advance(1_001);
          return request("POST", "/api/cron/maintenance", { token: cronSecret });
        },
      },
      {
        name: "with the lease of a rotation whose deadline has come",
        status: 200,
        changes: ["api_keys", "key_secrets"],
        events: ["key.secret_expired"],
        prepare: async () => {
          const { id } = await newKey();
          await send(post(`${keys}/${id}/rotate`, { mode: "staged", expiresInSeconds: 60 }), 200);
          server.clock.advance(60_001);
          return request("POST", "/api/cron/maintenance", { token: cronSecret });
        },
      },
      {
        name: "that only reads",
        status: 200,
        prepare: async () => request("POST", "/api/cron/stale-keys", { token: cronSecret }),
      },
      {
        name: "with a wrong secret",
        status: 401,
        prepare: async () => request("POST", "/api/cron/maintenance", { token: "wrong" }),
      },
      {
        name: "of an unknown name",
        status: 404,
        prepare: async () => request("POST", "/api/cron/nothing", { token: cronSecret }),
      },
    ],
    receiveStripeEvent: [
      {
        name: "that raises a plan",
        status: 200,
        changes: ["companies"],
        events: ["company.customer_linked", "company.plan_changed"],
        prepare: async () => stripe(subscribe(await createSignedIn(server, { plan: "FREE" }))),
      },
      {
        name: "with a wrong signature",
        status: 401,
        prepare: async () => {
          const { headers, ...rest } = stripe(subscribe(poor));
          return { ...rest, headers: { ...headers, "stripe-signature": "t=1,v1=0" } };
        },
      },
      {
        name: "of an unknown form",
        status: 422,
        prepare: async () => stripe({ ...subscribe(poor), data: { object: { id: "sub_1" } } }),
      },
    ],
    signIn: [
      {
        name: "with the right password",
        status: 200,
        changes: ["refresh_tokens", "sessions"],
        events: ["session.signed_in"],
        prepare: async () => signIn(admin.email, admin.password),
      },
      {
        name: "with a wrong password",
        status: 401,
        events: ["session.sign_in_failed"],
        prepare: async () => signIn(admin.email, otherPassword),
      },
      { name: "of nobody", status: 401, prepare: async () => signIn("nobody@partner.example", otherPassword) },
      {
        name: "for a company of others",
        status: 403,
        prepare: async () => signIn(admin.email, admin.password, { companyId: stranger.companyId }),
      },
      { name: "with an unknown field", status: 422, prepare: async () => signIn("a@b", "c", { remember: true }) },
    ],
    refreshSession: [
      {
        name: "with a token",
        status: 200,
        changes: ["refresh_tokens", "sessions"],
        events: ["session.refreshed"],
        prepare: async () => refresh((await signInPerson(server, admin)).refreshToken),
      },
      {
        name: "again, because the answer was lost",
        status: 200,
        prepare: async () => {
          const { refreshToken } = await signInPerson(server, admin);
          await send(refresh(refreshToken), 200);
          return refresh(refreshToken);
        },
      },
      { name: "with a token that is none", status: 401, prepare: async () => refresh("made-up") },
      {
        name: "of a session that ended",
        status: 401,
        prepare: async () => {
          const person = await signInPerson(server, admin);
          await send(post(`${auth}/signout`, undefined, person), 204);
          return refresh(person.refreshToken);
        },
      },
      {
        name: "with a token that was used before",
        status: 401,
        changes: ["sessions"],
        events: ["session.revoked"],
        changesDespiteRefusal: "the contract ends the session, because one of two people who have the token stole it",
        prepare: async () => {
          const { refreshToken } = await signInPerson(server, admin);
          const next = await send(refresh(refreshToken), 200);
          await send(refresh(next.refreshToken), 200);
          return refresh(refreshToken);
        },
      },
    ],
    signOut: [
      {
        name: "of a session",
        status: 204,
        changes: ["sessions"],
        events: ["session.signed_out"],
        prepare: async () => post(`${auth}/signout`, undefined, await signInPerson(server, admin)),
      },
      { name: "without a session", status: 401, prepare: async () => request("POST", `${auth}/signout`) },
    ],
    getSession: [
      { name: "of a session", status: 200, prepare: async () => request("GET", `${auth}/me`, { token: admin.token }) },
      { name: "without a session", status: 401, prepare: async () => request("GET", `${auth}/me`) },
    ],
    switchCompany: [
      {
        name: "to another company of the user",
        status: 200,
        changes: ["refresh_tokens", "sessions"],
        events: ["session.company_switched"],
        prepare: async () => {
          const person = await createPerson(server.deps);
          const { companyId } = await createPerson(server.deps, { email: person.email });
          return post(`${auth}/switch-company`, { companyId }, await signInPerson(server, person));
        },
      },
      {
        name: "to a company of others",
        status: 403,
        prepare: async () => post(`${auth}/switch-company`, { companyId: stranger.companyId }),
      },
      {
        name: "without a session",
        status: 401,
        prepare: async () => request("POST", `${auth}/switch-company`, { json: { companyId: admin.companyId } }),
      },
    ],
    changePassword: [
      {
        name: "with the right password",
        status: 204,
        changes: ["sessions", "users"],
        events: ["password.changed"],
        prepare: async () => {
          const person = await createSignedIn(server);
          await signInPerson(server, person);
          const json = { currentPassword: person.password, newPassword: otherPassword };
          return post(`${auth}/password`, json, person);
        },
      },
      {
        name: "with a wrong password",
        status: 401,
        events: ["password.change_failed"],
        prepare: async () =>
          post(`${auth}/password`, { currentPassword: "not this one, surely", newPassword: otherPassword }),
      },
      {
        name: "to a password that is too short",
        status: 422,
        prepare: async () => post(`${auth}/password`, { currentPassword: admin.password, newPassword: "short" }),
      },
      {
        name: "without a session",
        status: 401,
        prepare: async () =>
          request("POST", `${auth}/password`, { json: { currentPassword: "a", newPassword: otherPassword } }),
      },
    ],
    listKeys: [
      { name: "of the company", status: 200, prepare: async () => request("GET", keys, { token: admin.token }) },
      ...refusedForOthers("GET", () => keys),
    ],
    createKey: [
      {
        name: "with an allowlist",
        status: 201,
        changes: ["api_keys", "ip_allowlist", "key_secrets"],
        events: ["key.created"],
        prepare: async () => post(keys, { name: "New", ipAllowlist: ["203.0.113.7"] }),
      },
      {
        name: "again, with the same Idempotency-Key",
        status: 201,
        prepare: async () => {
          const call = { ...post(keys, { name: "Once" }), headers: { "idempotency-key": randomUUID() } };
          await send(call, 201);
          return call;
        },
      },
      { name: "on a plan without keys", status: 403, prepare: async () => post(keys, { name: "New" }, poor) },
      {
        name: "with an address that is none",
        status: 422,
        prepare: async () => ({
          ...post(keys, { name: "New", ipAllowlist: ["x"] }),
          headers: { "idempotency-key": randomUUID() },
        }),
      },
      ...refusedForOthers("POST", () => keys, { name: "New" }),
    ],
    getKey: [
      {
        name: "of the company",
        status: 200,
        prepare: async () => request("GET", `${keys}/${key.id}`, { token: admin.token }),
      },
      ...refusedForOthers("GET", () => `${keys}/${key.id}`),
      ...notFound("GET", (id) => `${keys}/${id}`),
    ],
    renameKey: [
      {
        name: "to another name",
        status: 200,
        changes: ["api_keys"],
        events: ["key.renamed"],
        prepare: async () => ({ ...post(`${keys}/${(await newKey()).id}`, { name: "Other" }), method: "PATCH" }),
      },
      {
        name: "to no name",
        status: 422,
        prepare: async () => ({ ...post(`${keys}/${key.id}`, { name: " " }), method: "PATCH" }),
      },
      ...refusedForOthers("PATCH", () => `${keys}/${key.id}`, { name: "Other" }),
      ...notFound("PATCH", (id) => `${keys}/${id}`, { name: "Other" }),
    ],
    rotateKey: [
      {
        name: "at once",
        status: 200,
        changes: ["api_keys", "key_secrets"],
        events: ["key.rotated"],
        prepare: async () => post(`${keys}/${(await newKey()).id}/rotate`),
      },
      {
        name: "in stages",
        status: 200,
        changes: ["api_keys", "key_secrets"],
        events: ["key.rotation_started"],
        prepare: async () => post(`${keys}/${(await newKey()).id}/rotate`, { mode: "staged" }),
      },
      {
        name: "in stages while another rotation has the lease",
        status: 409,
        prepare: async () => post(`${keys}/${(await stage()).id}/rotate`, { mode: "staged" }),
      },
      {
        name: "of a revoked key, with an Idempotency-Key",
        status: 409,
        prepare: async () => {
          const { id } = await newKey();
          await send(post(`${keys}/${id}/revoke`), 200);
          return { ...post(`${keys}/${id}/rotate`), headers: { "idempotency-key": randomUUID() } };
        },
      },
      ...refusedForOthers("POST", () => `${keys}/${key.id}/rotate`),
      ...notFound("POST", (id) => `${keys}/${id}/rotate`),
    ],
    revokeKey: [
      {
        name: "of an active key",
        status: 200,
        changes: ["api_keys", "key_secrets"],
        events: ["key.revoked"],
        prepare: async () => post(`${keys}/${(await stage()).id}/revoke`),
      },
      {
        name: "of a revoked key",
        status: 200,
        prepare: async () => {
          const { id } = await newKey();
          await send(post(`${keys}/${id}/revoke`), 200);
          return post(`${keys}/${id}/revoke`);
        },
      },
      ...refusedForOthers("POST", () => `${keys}/${key.id}/revoke`),
      ...notFound("POST", (id) => `${keys}/${id}/revoke`),
    ],
    listRotations: [
      {
        name: "of a key",
        status: 200,
        prepare: async () => request("GET", `${keys}/${key.id}/rotations`, { token: admin.token }),
      },
      ...refusedForOthers("GET", () => `${keys}/${key.id}/rotations`),
      ...notFound("GET", (id) => `${keys}/${id}/rotations`),
    ],
    finishRotation: [
      {
        name: "of a pending rotation",
        status: 200,
        changes: ["api_keys", "key_secrets"],
        events: ["key.rotation_finished"],
        prepare: async () => post((await stage()).path("finish")),
      },
      {
        name: "again",
        status: 200,
        prepare: async () => {
          const { path } = await stage();
          await send(post(path("finish")), 200);
          return post(path("finish"));
        },
      },
      {
        name: "again, with a shorter grace period",
        status: 200,
        changes: ["key_secrets"],
        events: ["key.rotation_finished"],
        prepare: async () => {
          const { path } = await stage();
          await send(post(path("finish"), { graceSeconds: 600 }), 200);
          return post(path("finish"), { graceSeconds: 60 });
        },
      },
      {
        name: "under a lease that is not the present one",
        status: 409,
        prepare: async () => post((await stage()).path("finish"), { leaseExpiresOn: "2020-01-01T00:00:00.000Z" }),
      },
      {
        name: "while another rotation has the lease",
        status: 409,
        prepare: async () => {
          const { id, path } = await stage();
          await send(post(`${keys}/${id}/rotate`, { mode: "staged", takeOver: true }), 200);
          return post(path("finish"));
        },
      },
      ...refusedForOthers("POST", () => `${keys}/${key.id}/rotations/${randomUUID()}/finish`),
      ...notFound("POST", (id) => `${keys}/${id}/rotations/${randomUUID()}/finish`),
    ],
    abortRotation: [
      {
        name: "of a rotation that nobody used",
        status: 204,
        changes: ["api_keys", "key_secrets"],
        events: ["key.rotation_aborted"],
        prepare: async () => post((await stage()).path("abort")),
      },
      {
        name: "of a rotation whose secret was used",
        status: 409,
        prepare: async () => {
          const { pending, path } = await stage();
          await send(verify(pending), 200);
          return post(path("abort"));
        },
      },
      ...refusedForOthers("POST", () => `${keys}/${key.id}/rotations/${randomUUID()}/abort`),
      ...notFound("POST", (id) => `${keys}/${id}/rotations/${randomUUID()}/abort`),
    ],
    renewRotation: [
      {
        name: "of a pending rotation",
        status: 200,
        changes: ["api_keys", "key_secrets"],
        events: ["key.rotation_renewed"],
        prepare: async () => post((await stage()).path("renew")),
      },
      {
        name: "of a rotation that lost its lease",
        status: 409,
        prepare: async () => {
          const { id, path } = await stage();
          await send(post(`${keys}/${id}/rotate`, { mode: "staged", takeOver: true }), 200);
          return post(path("renew"));
        },
      },
      {
        name: "of a rotation that is finished",
        status: 404,
        prepare: async () => {
          const { path } = await stage();
          await send(post(path("finish")), 200);
          return post(path("renew"));
        },
      },
      ...refusedForOthers("POST", () => `${keys}/${key.id}/rotations/${randomUUID()}/renew`),
      ...notFound("POST", (id) => `${keys}/${id}/rotations/${randomUUID()}/renew`),
    ],
    listAllowedIps: [
      {
        name: "of a key",
        status: 200,
        prepare: async () => request("GET", `${keys}/${key.id}/ip-allowlist`, { token: admin.token }),
      },
      ...refusedForOthers("GET", () => `${keys}/${key.id}/ip-allowlist`),
      ...notFound("GET", (id) => `${keys}/${id}/ip-allowlist`),
    ],
    allowIp: [
      {
        name: "with a new range",
        status: 201,
        changes: ["ip_allowlist"],
        events: ["key.ip_allowed"],
        prepare: async () => post(`${keys}/${(await newKey()).id}/ip-allowlist`, { cidr: "203.0.113.0/24" }),
      },
      {
        name: "with a new note for a range",
        status: 200,
        changes: ["ip_allowlist"],
        events: ["key.ip_allowed"],
        prepare: async () => post(`${keys}/${key.id}/ip-allowlist`, { cidr: "127.0.0.1", note: randomUUID() }),
      },
      {
        name: "with a range that is there",
        status: 200,
        prepare: async () => post(`${keys}/${key.id}/ip-allowlist`, { cidr: "127.0.0.1" }),
      },
      {
        name: "with an end in the past",
        status: 422,
        prepare: async () =>
          post(`${keys}/${key.id}/ip-allowlist`, { cidr: "203.0.113.9", expiresAt: "2020-01-01T00:00:00Z" }),
      },
      ...refusedForOthers("POST", () => `${keys}/${key.id}/ip-allowlist`, { cidr: "203.0.113.9" }),
      ...notFound("POST", (id) => `${keys}/${id}/ip-allowlist`, { cidr: "203.0.113.9" }),
    ],
    disallowIp: [
      {
        name: "with an entry",
        status: 204,
        changes: ["ip_allowlist"],
        events: ["key.ip_disallowed"],
        prepare: async () => {
          const path = `${keys}/${(await newKey()).id}/ip-allowlist`;
          const { id } = await send(post(path, { cidr: "203.0.113.9" }), 201);
          return request("DELETE", `${path}/${id}`, { token: admin.token });
        },
      },
      {
        name: "with an entry of another key",
        status: 404,
        prepare: async () => {
          const [entry] = await send(request("GET", `${keys}/${key.id}/ip-allowlist`, { token: admin.token }), 200);
          return request("DELETE", `${keys}/${(await newKey()).id}/ip-allowlist/${entry.id}`, { token: admin.token });
        },
      },
      ...refusedForOthers("DELETE", () => `${keys}/${key.id}/ip-allowlist/${randomUUID()}`),
      ...notFound("DELETE", (id) => `${keys}/${id}/ip-allowlist/${randomUUID()}`),
    ],
    listAuditEvents: [
      {
        name: "of the company",
        status: 200,
        prepare: async () => request("GET", `${auth}/audit`, { token: admin.token }),
      },
      {
        name: "with a cursor that is none",
        status: 422,
        prepare: async () => request("GET", `${auth}/audit?cursor=x`, { token: admin.token }),
      },
      ...refusedForOthers("GET", () => `${auth}/audit`),
    ],
    verify: [
      { name: "with a current secret", status: 200, prepare: async () => verify((await newKey()).clientSecret) },
      {
        name: "with a pending secret, for the first time",
        status: 200,
        changes: ["key_secrets"],
        events: ["key.secret_first_used"],
        prepare: async () => verify((await stage()).pending),
      },
      {
        name: "with a pending secret, for the first time, with a body",
        status: 200,
        changes: ["key_secrets"],
        events: ["key.secret_first_used"],
        prepare: async () => ({ ...verify((await stage()).pending), method: "POST", body: "x" }),
      },
      {
        name: "with a pending secret, for the second time",
        status: 200,
        prepare: async () => {
          const { pending } = await stage();
          await send(verify(pending), 200);
          return verify(pending);
        },
      },
      {
        name: "with a pending secret and the client ID of another key",
        status: 401,
        prepare: async () => {
          const headers = { "x-api-key": key.clientId, "x-api-secret": (await stage()).pending };
          return request("GET", `${auth}/verify`, { headers });
        },
      },
      { name: "with a pending secret from another address", status: 401, prepare: () => refusedPending("address") },
      { name: "with a pending secret beyond the rate limit", status: 429, prepare: () => refusedPending("rate") },
      { name: "with a pending secret on a plan without keys", status: 403, prepare: () => refusedPending("plan") },
      {
        name: "with a pending secret, by another method, on a plan without keys",
        status: 403,
        prepare: async () => ({ ...(await refusedPending("plan")), method: "PUT" }),
      },
      { name: "with a wrong secret", status: 401, prepare: async () => verify("sec_wrong") },
      {
        name: "with two credentials at once",
        status: 400,
        prepare: async () => verify(key.clientSecret, { "x-api-key": key.clientId, "x-api-secret": key.clientSecret }),
      },
    ],
  };

  it("has an entry with an accepted call and, if possible, a refused call", () => {
    const document = JSON.parse(readFileSync(join(import.meta.dirname, "../openapi.json"), "utf8"));
    const described = Object.values<Record<string, { operationId: string }>>(document.paths)
      .flatMap((methods) => Object.values(methods))
      .map(({ operationId }) => operationId);
    expect(Object.keys(operations).sort()).toEqual(described.sort());
    for (const [operation, cases] of Object.entries(operations)) {
      expect(
        cases.some(({ status }) => status < 400),
        operation,
      ).toBe(true);
      const isRefused = cases.some(({ status }) => status >= 400);
      expect(isRefused, operation).toBe(!["getHealth", "getReadiness"].includes(operation));
    }
    expect(auditedTables).toEqual(
      expect.arrayContaining([
        "companies",
        "users",
        "memberships",
        "sessions",
        "api_keys",
        "key_secrets",
        "ip_allowlist",
      ]),
    );
  });

  const listed = Object.entries(operations).flatMap(([operation, cases]) =>
    cases.map((each) => [operation, each.name, each.status, each] as const),
  );
  it.each(listed)("%s %s answers %i, and changes only what it should", async (_operation, _name, _status, each) => {
    const call = await each.prepare();
    await settle();
    const before = await readState(server.database);
    const { method, path, ...rest } = call;
    const answer = await server.call(method, path, rest);
    await settle();
    const after = await readState(server.database);
    expect(answer.status, answer.text).toBe(each.status);
    const events = listNewEvents(before, after);
    expect(events.map(({ action }) => action)).toEqual(each.events ?? []);
    for (const { requestId } of events) expect(requestId).toBe(answer.headers["x-request-id"]);
    if (answer.status >= 400 && each.changesDespiteRefusal === undefined) {
      expect(listChangesOfRefusal(before, after)).toEqual([]);
    }
    const changes = listAuditedChanges(before, after);
    expect(changes).toEqual(each.changes ?? []);
    if (changes.length > 0) expect(events.length).toBeGreaterThan(0);
  });

  /** Has the server write what it writes later. */
  async function settle(): Promise<void> {
    await server.deps.usage.flush();
    await server.deps.failedSignIns.flush();
  }
});
