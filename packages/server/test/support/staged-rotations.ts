import { beforeEach, expect } from "vitest";
import type { HttpResponse } from "./http-client.ts";
import { createTestKey, type TestKey, verifyStatus } from "./keys.ts";
import { useServer } from "./lifetimes.ts";
import { createSignedIn, type SignedIn } from "./people.ts";
import type { TestServer } from "./start-server.ts";

/** Path of the operations on keys. */
export const keys = "/external/v1/auth/keys";
/** The time format of the API. */
export const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A server, a new key for each test, and the calls that rotate it. */
export interface StagedRotations {
  readonly server: TestServer;
  /** A new admin for each test, because tests advance the clock beyond the end of a session. */
  readonly admin: SignedIn;
  readonly key: TestKey;
  /** Calls an operation of the key. */
  post(path: string, json?: unknown): Promise<HttpResponse>;
  /** Starts a staged rotation. Fails if the server refuses. */
  start(json?: object): Promise<HttpResponse["body"]>;
  /** Lists the key's working secrets. */
  list(): Promise<HttpResponse["body"]>;
  states(): Promise<string[]>;
  statusOf(secret: string): Promise<number>;
  /** Lists the key's audit events. */
  audited(): Promise<HttpResponse["body"]>;
  /** Advances the clock until the lease of the newest rotation has expired. */
  expireLease(): void;
}

/** Starts a server for all tests of a file, and creates a key for each test. */
export function useStagedRotations(): StagedRotations {
  const server = useServer({ ACCESS_TOKEN_TTL: "86400" });
  const admin = {} as SignedIn;
  const key = {} as TestKey;
  beforeEach(async () => {
    Object.assign(admin, await createSignedIn(server));
    Object.assign(key, await createTestKey(server, admin.token));
  });

  function post(path: string, json?: unknown): Promise<HttpResponse> {
    return server.call("POST", `${keys}/${key.id}${path}`, { token: admin.token, json });
  }
  async function start(json: object = {}): Promise<HttpResponse["body"]> {
    const response = await post("/rotate", { mode: "staged", ...json });
    expect(response.status, response.text).toBe(200);
    return response.body;
  }
  async function list(): Promise<HttpResponse["body"]> {
    return (await server.call("GET", `${keys}/${key.id}/rotations`, { token: admin.token })).body;
  }
  async function states(): Promise<string[]> {
    return (await list()).map(({ state }: { state: string }) => state);
  }
  async function statusOf(secret: string): Promise<number> {
    return verifyStatus(server, secret);
  }
  async function audited(): Promise<HttpResponse["body"]> {
    return (await server.call("GET", `/external/v1/auth/audit?keyId=${key.id}`, { token: admin.token })).body;
  }
  function expireLease(): void {
    server.clock.advance(121_000);
  }
  return { server, admin, key, post, start, list, states, statusOf, audited, expireLease };
}
