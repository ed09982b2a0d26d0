import { afterAll, beforeAll, describe, expect } from "vitest";
import { findMissingPrograms } from "../../../../tools/installed-programs.ts";
import type { ErrorType } from "../../src/errors.ts";
import { startCaddy, startNginx } from "./edge-proxy.ts";
import { expectError } from "./expect-error.ts";
import type { Call, HttpResponse } from "./http-client.ts";
import { createTestKey, type TestKey } from "./keys.ts";
import { type ProtectedApi, startProtectedApi } from "./protected-api.ts";
import type { Headers } from "./proxied-requests.ts";

export const identityHeaders = ["x-briksync-key-id", "x-briksync-client-id", "x-briksync-company-id"];

/** The tests distinguish clients by loopback addresses. The proxy itself uses 127.0.0.1, which briksync trusts. */
export const clientAddress = "127.0.0.2";

const proxies = [
  // nginx ignores the headers that Connection lists. Caddy removes them from the request, as required by RFC 9110,
  // section 7.6.1.
  { name: "nginx", start: startNginx, unreachableStatus: 503, hiddenCredentialStatus: 200 },
  { name: "caddy", start: startCaddy, unreachableStatus: 502, hiddenCredentialStatus: 401 },
];

/** An API behind a proxy, and helpers to call it. */
export interface ProxiedApi {
  readonly name: string;
  readonly setup: ProtectedApi;
  /** A key that allows every address. */
  readonly key: TestKey;
  /** Status that the proxy returns while briksync is down. */
  readonly unreachableStatus: number;
  /** Status that the proxy returns for a credential that the client lists in Connection. */
  readonly hiddenCredentialStatus: number;
  create(...ipAllowlist: string[]): Promise<TestKey>;
  /** Calls the API through the proxy, from {@link clientAddress} by default. */
  call(headers: Headers, more?: Call & { readonly method?: string; readonly path?: string }): Promise<HttpResponse>;
  /** Expects that the API received the identity of the caller, and nothing else from briksync. */
  expectIdentity(seen: Map<string, string[]>, key: TestKey): void;
  /** Expects that the proxy refuses the call as briksync does directly, and that the request does not reach the API. */
  expectRefusal(headers: Headers, type: ErrorType, more?: Call): Promise<string>;
}

/** Defines the tests for each proxy, which runs for all tests of the file. Skips proxies that are not installed. */
export function describeProxies(defineTests: (api: ProxiedApi) => void): void {
  describe.each(proxies)("an API behind $name", ({ name, start, ...differences }) => {
    const missing = findMissingPrograms(name, "openssl");
    describe.skipIf(missing !== undefined)(missing ?? "by the recipe as it is", () => {
      const setup = {} as ProtectedApi;
      const key = {} as TestKey;
      beforeAll(async () => {
        Object.assign(setup, await startProtectedApi(start));
        Object.assign(key, await create());
      });
      afterAll(() => setup.stop?.());

      const create: ProxiedApi["create"] = (...ipAllowlist) =>
        createTestKey(setup.direct, setup.admin.token, { ipAllowlist });
      const call: ProxiedApi["call"] = (headers, more = {}) =>
        setup.proxy.api.call(more.method ?? "GET", more.path ?? "/orders", {
          localAddress: clientAddress,
          ...more,
          headers: { ...headers, ...more.headers },
        });
      const expectIdentity: ProxiedApi["expectIdentity"] = (seen, { id, clientId }) => {
        expect(identityHeaders.map((header) => seen.get(header))).toEqual([[id], [clientId], [setup.admin.companyId]]);
        expect([...seen.keys()].filter((header) => /briksync/i.test(header)).sort()).toEqual(
          [...identityHeaders].sort(),
        );
      };
      const expectRefusal: ProxiedApi["expectRefusal"] = async (headers, type, more) => {
        const before = await setup.countRequests();
        const message = expectError(await call(headers, more), type);
        expect(await setup.countRequests()).toBe(before);
        return message;
      };
      defineTests({ name, setup, key, create, call, expectIdentity, expectRefusal, ...differences });
    });
  });
}
