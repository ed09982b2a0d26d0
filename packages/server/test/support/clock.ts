import type { HttpResponse } from "./http-client.ts";
import { createTestKey, type TestKey } from "./keys.ts";
import { useTestServer } from "./lifetimes.ts";
import { createSignedIn, type SignedIn } from "./people.ts";
import type { TestServer } from "./start-server.ts";

/** Durations in milliseconds. */
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const yearMs = 365 * 24 * hourMs;

/** A server whose clock a test sets, with an admin and a key. */
export interface ClockSetup {
  readonly server: TestServer;
  readonly admin: SignedIn;
  readonly key: TestKey;
}

/** Starts a server whose clock is correct at first. Access tokens last a day, because tests move the clock by hours. */
export async function setUpClock(environment: Record<string, string> = {}): Promise<ClockSetup> {
  const server = await useTestServer({ ACCESS_TOKEN_TTL: "86400", ...environment });
  const admin = await createSignedIn(server);
  return { server, admin, key: await createTestKey(server, admin.token) };
}

/** Rotates the key. */
export function rotate({ server, admin, key }: ClockSetup, json: object, headers = {}): Promise<HttpResponse> {
  return server.call("POST", `/external/v1/auth/keys/${key.id}/rotate`, { token: admin.token, json, headers });
}
