import { beforeAll } from "vitest";
import type { HttpResponse } from "./http-client.ts";
import { createTestKey, type TestKey } from "./keys.ts";
import type { SignedIn } from "./people.ts";
import type { TestServer } from "./start-server.ts";

/** Request headers. */
export type Headers = Readonly<Record<string, string>>;

/** A key of the running file, and calls of verify. */
export interface VerifyCalls {
  readonly key: TestKey;
  ask(headers: Headers, method?: string): Promise<HttpResponse>;
}

/** Creates one key for all tests of a file or a `describe`. */
export function useVerifyCalls(server: TestServer, admin: SignedIn): VerifyCalls {
  const key = {} as TestKey;
  beforeAll(async () => void Object.assign(key, await createTestKey(server, admin.token)));
  return { key, ask: (headers, method = "GET") => server.call(method, "/external/v1/auth/verify", { headers }) };
}
