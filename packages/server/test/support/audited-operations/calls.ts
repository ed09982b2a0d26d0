import { beforeAll, expect } from "vitest";
import type { Call, HttpResponse } from "../http-client.ts";
import { createTestKey, type TestKey } from "../keys.ts";
import { useAdmin, useServer } from "../lifetimes.ts";
import { createSignedIn, type SignedIn } from "../people.ts";
import { type Issuers, useIssuers } from "../pipelines.ts";
import type { TestServer } from "../start-server.ts";
import { webhookSecret } from "../stripe-events.ts";

export const auth = "/external/v1/auth";
export const keys = `${auth}/keys`;
export const cronSecret = "canary-cron-secret-0123456789";

/** One call to the server. */
export interface Request extends Call {
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

/** Cases by `operationId`. */
export type Cases = Readonly<Record<string, readonly Case[]>>;

/** A key with a staged rotation. */
interface StagedKey extends TestKey {
  readonly pending: string;
  /** The path of a call about the rotation. */
  path(verb: string): string;
}

/** A server, its users, and helpers for the cases of all operations. */
export interface OperationCalls {
  readonly server: TestServer;
  readonly issuers: Issuers;
  readonly admin: SignedIn;
  /** An admin of a company on the FREE plan. */
  readonly freeAdmin: SignedIn;
  readonly stranger: SignedIn;
  readonly key: TestKey;
  post(path: string, json?: unknown, person?: SignedIn): Request;
  /** Makes a call that must return this status. Returns the body. */
  send(request: Request, status: number): Promise<HttpResponse["body"]>;
  newKey(): Promise<TestKey>;
  stage(person?: SignedIn): Promise<StagedKey>;
  /** Returns cases that are refused because of the caller, for an operation that admins may call. */
  refusedForOthers(method: string, path: () => string, json?: unknown): Case[];
  /** Returns the case in which an admin of another company uses the key. */
  notFound(method: string, path: (id: string) => string, json?: unknown): Case[];
  /** Returns the case in which an admin of another company uses another resource. */
  refusedForStranger(method: string, path: () => string, json?: unknown): Case;
}

/** Returns a request. */
export function request(method: string, path: string, call: Call = {}): Request {
  return { method, path, ...call };
}

/** Returns a call to verify. */
export function verify(clientSecret: string, headers: Record<string, string> = {}): Request {
  return request("GET", `${auth}/verify`, { token: clientSecret, headers });
}

/** Starts the server and creates its users for all tests of a file. */
export function useOperationCalls(): OperationCalls {
  const environment = { CRON_SECRET: cronSecret, STRIPE_WEBHOOK_SECRET: webhookSecret };
  const { issuers, settings } = useIssuers(() => server.clock.now());
  const server = useServer(Object.assign(settings, environment));
  const admin = useAdmin(server);
  const freeAdmin = useAdmin(server, { plan: "FREE" });
  const stranger = useAdmin(server);
  const key = {} as TestKey;
  let member: SignedIn;
  let newcomer: SignedIn;
  beforeAll(async () => {
    const company = admin.companyName;
    member = await createSignedIn(server, { company, privilege: 3 });
    newcomer = await createSignedIn(server, { company, privilege: 2, mustChangePassword: true });
    Object.assign(key, await createTestKey(server, admin.token, { ipAllowlist: ["127.0.0.1"] }));
  });

  const post = (path: string, json?: unknown, person: SignedIn = admin): Request =>
    request("POST", path, { token: person.token, ...(json === undefined ? {} : { json }) });
  async function send({ method, path, ...call }: Request, status: number): Promise<HttpResponse["body"]> {
    const response = await server.call(method, path, call);
    expect(response.status, `${method} ${path}: ${response.text}`).toBe(status);
    return response.body;
  }
  const newKey = (): Promise<TestKey> => createTestKey(server, admin.token);
  /** Creates a key with a staged rotation. */
  async function stage(person: SignedIn = admin): Promise<StagedKey> {
    const made = await createTestKey(server, person.token);
    const started = await send(post(`${keys}/${made.id}/rotate`, { mode: "staged" }, person), 200);
    const path = (verb: string): string => `${keys}/${made.id}/rotations/${started.rotationId}/${verb}`;
    return { ...made, pending: started.clientSecret as string, path };
  }
  /** Returns calls that are refused because of the caller, for an operation that admins may call. */
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
  const refusedForStranger = (method: string, path: () => string, json?: unknown): Case => ({
    name: "of another company",
    status: 404,
    prepare: async () => request(method, path(), { token: stranger.token, ...(json === undefined ? {} : { json }) }),
  });
  const cases = { refusedForOthers, refusedForStranger, notFound };
  return { server, issuers, admin, freeAdmin, stranger, key, post, send, newKey, stage, ...cases };
}
