import type { HttpResponse } from "./http-client.ts";
import type { SignedIn } from "./people.ts";
import type { TestServer } from "./start-server.ts";

const keys = "/external/v1/auth/keys";

/** Calls about keys with an Idempotency-Key. */
export interface IdempotentCalls {
  /** Sends a POST to a path below `/keys`. */
  post(path: string, idempotencyKey: string, json?: unknown, token?: string): Promise<HttpResponse>;
  /** Returns the number of keys of the company. */
  countKeys(): Promise<number>;
}

/** Returns calls of an admin with an Idempotency-Key. */
export function callIdempotently(server: TestServer, admin: SignedIn): IdempotentCalls {
  return {
    post: (path, idempotencyKey, json, token = admin.token) =>
      server.call("POST", `${keys}${path}`, { token, json, headers: { "idempotency-key": idempotencyKey } }),
    countKeys: async () => (await server.call("GET", keys, { token: admin.token })).body.length,
  };
}
