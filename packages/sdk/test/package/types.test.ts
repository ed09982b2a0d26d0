import type { IncomingMessage } from "node:http";
import { expect, expectTypeOf, it } from "vitest";
import type * as browser from "../../src/browser.ts";
import type { InputOf, MethodOf, OutputOf } from "../../src/call/operation.ts";
import {
  type AllowedIp,
  type ApiError,
  type ApiKey,
  type ApiKeyWithSecret,
  type AuditEvent,
  BrikSync,
  type BrikSyncOptions,
  type CallOptions,
  isApiError,
  type KnownErrorType,
  type LiveSecret,
  type Page,
  type RenewedLease,
  type Secret,
  type Session,
  type SessionInfo,
  type SessionStore,
  type SignInResult,
  type StagedRotation,
  type VerifyResult,
} from "../../src/index.ts";

it("has the documented types", () => {
  expectTypeOf<ConstructorParameters<typeof BrikSync>>().toEqualTypeOf<
    [options?: BrikSyncOptions | string | undefined]
  >();
  expectTypeOf<BrikSync["keys"]["list"]>().returns.toEqualTypeOf<AsyncIterable<ApiKey>>();
  expectTypeOf<BrikSync["keys"]["listPage"]>().returns.resolves.toEqualTypeOf<Page<ApiKey>>();
  expectTypeOf<BrikSync["keys"]["create"]>().returns.resolves.toEqualTypeOf<ApiKeyWithSecret>();
  const rotate = (keys: BrikSync["keys"]) => keys.rotate("k1", { graceSeconds: 60, idempotencyKey: "mine" });
  const stage = (keys: BrikSync["keys"]) => keys.rotate("k1", { mode: "staged", takeOver: true });
  expectTypeOf(rotate).returns.resolves.toEqualTypeOf<ApiKeyWithSecret>();
  expectTypeOf(stage).returns.resolves.toEqualTypeOf<StagedRotation>();
  // @ts-expect-error a staged rotation gets its grace period when it is finished
  expectTypeOf((keys: BrikSync["keys"]) => keys.rotate("k1", { mode: "staged", graceSeconds: 60 })).toBeFunction();
  expectTypeOf<BrikSync["keys"]["rotations"]["list"]>().returns.resolves.toEqualTypeOf<readonly LiveSecret[]>();
  expectTypeOf<BrikSync["keys"]["rotations"]["finish"]>().returns.resolves.toEqualTypeOf<ApiKey>();
  expectTypeOf<BrikSync["keys"]["rotations"]["abort"]>().returns.resolves.toEqualTypeOf<void>();
  expectTypeOf<BrikSync["keys"]["rotations"]["renew"]>().returns.resolves.toEqualTypeOf<RenewedLease>();
  expectTypeOf<BrikSync["keys"]["get"]>().parameters.toEqualTypeOf<[id: string, options?: CallOptions | undefined]>();
  expectTypeOf<BrikSync["keys"]["rename"]>().parameters.toEqualTypeOf<
    [id: string, name: string, options?: CallOptions | undefined]
  >();
  expectTypeOf<BrikSync["keys"]["revoke"]>().returns.resolves.toEqualTypeOf<ApiKey>();
  expectTypeOf<BrikSync["keys"]["listAllowedIps"]>().returns.resolves.toEqualTypeOf<readonly AllowedIp[]>();
  expectTypeOf<BrikSync["keys"]["allowIp"]>().returns.resolves.toEqualTypeOf<AllowedIp>();
  expectTypeOf<BrikSync["keys"]["disallowIp"]>().returns.resolves.toEqualTypeOf<void>();
  expectTypeOf<BrikSync["auth"]["signIn"]>().returns.resolves.toEqualTypeOf<SignInResult>();
  expectTypeOf<BrikSync["auth"]["getSession"]>().returns.resolves.toEqualTypeOf<SessionInfo>();
  expectTypeOf<BrikSync["audit"]["list"]>().returns.toEqualTypeOf<AsyncIterable<AuditEvent>>();
  expectTypeOf<BrikSync["verify"]>().returns.resolves.toEqualTypeOf<VerifyResult>();
  expectTypeOf<ApiKeyWithSecret["clientSecret"]>().toEqualTypeOf<Secret>();
  expectTypeOf<SignInResult["session"]>().toEqualTypeOf<Session>();
});

it("accepts common types: headers of requests, a minimal store and a token function", () => {
  expectTypeOf<IncomingMessage["headers"]>().toExtend<NonNullable<Parameters<BrikSync["verify"]>[0]>["headers"]>();
  expectTypeOf<Headers>().toExtend<NonNullable<Parameters<BrikSync["verify"]>[0]>["headers"]>();
  expectTypeOf<{ load(): Promise<null>; save(session: Session | null): Promise<void> }>().toExtend<SessionStore>();
  expectTypeOf<() => Promise<string>>().toExtend<NonNullable<BrikSyncOptions["accessToken"]>>();
});

it("K-06 keeps enums open, and narrows known values", () => {
  expectTypeOf<"paused">().toExtend<ApiKey["status"]>();
  expectTypeOf<"key.frozen">().toExtend<AuditEvent["action"]>();
  const decide = (result: VerifyResult): string => (result.ok ? result.keyId : `${result.status} ${result.type}`);
  expectTypeOf(decide).returns.toBeString();
  const narrow = (error: unknown) => (isApiError(error, "NOT_FOUND") ? error.type : undefined);
  expectTypeOf(narrow).returns.toEqualTypeOf<"NOT_FOUND" | undefined>();
  expectTypeOf<ApiError["status"]>().toBeNumber();
  const complete = { ...({} as Record<KnownErrorType, number>) } satisfies Record<KnownErrorType, number>;
  expectTypeOf(complete["NOT_SIGNED_IN"]).toBeNumber();
});

it("K-07 refuses a secret key in a browser by type", () => {
  type BrowserOptions = NonNullable<ConstructorParameters<typeof browser.BrikSync>[0]>;
  expectTypeOf<BrowserOptions>().not.toHaveProperty("clientSecret");
  expectTypeOf<BrowserOptions>().not.toHaveProperty("clientId");
  expectTypeOf<BrowserOptions>().not.toHaveProperty("workloadIdentity");
  expectTypeOf<browser.BrikSync["trusts"]>().not.toHaveProperty("explain");
  expectTypeOf<string>().not.toExtend<BrowserOptions>();
  expectTypeOf<browser.BrikSync>().not.toHaveProperty("verify");
  expectTypeOf<browser.BrikSync["keys"]>().not.toHaveProperty("rotateSafely");
  expectTypeOf<BrikSync["keys"]>().toExtend<browser.BrikSync["keys"]>();
});

it("types calls by the OpenAPI document: a wrong path, method, field or type does not compile", () => {
  expectTypeOf<MethodOf<"/external/v1/auth/keys/{id}">>().toEqualTypeOf<"GET" | "PATCH">();
  expectTypeOf<InputOf<"/external/v1/auth/keys", "POST">>().toExtend<{ body: { name: string } }>();
  expectTypeOf<{ body: { nam: string } }>().not.toExtend<InputOf<"/external/v1/auth/keys", "POST">>();
  expectTypeOf<{ body: { name: number } }>().not.toExtend<InputOf<"/external/v1/auth/keys", "POST">>();
  expectTypeOf<Record<never, never>>().not.toExtend<InputOf<"/external/v1/auth/keys/{id}", "GET">>();
  expectTypeOf<{ path: { id: string } }>().toExtend<InputOf<"/external/v1/auth/keys/{id}/rotate", "POST">>();
  expectTypeOf<OutputOf<"/external/v1/auth/signout", "POST">>().toEqualTypeOf<undefined>();
  expectTypeOf<OutputOf<"/external/v1/auth/keys/{id}", "GET">>().toExtend<ApiKey>();
  expectTypeOf<OutputOf<"/external/v1/auth/keys", "GET">>().toExtend<readonly ApiKey[]>();
  expectTypeOf<OutputOf<"/external/v1/auth/audit", "GET">>().toExtend<readonly AuditEvent[]>();
});

it("K-06 has every field that the server sends of a key", () => {
  expectTypeOf<keyof ApiKey>().toEqualTypeOf<keyof OutputOf<"/external/v1/auth/keys/{id}", "GET">>();
});

it("has the same methods at run time as in its types", () => {
  const client = new BrikSync();
  const methods = (resource: object) => Object.getOwnPropertyNames(Object.getPrototypeOf(resource)).sort();
  expect(methods(client.keys)).toEqual(["constructor", "rotateSafely"]);
  expect(methods(Object.getPrototypeOf(client.keys))).toEqual(
    [
      "allowIp",
      "constructor",
      "create",
      "disallowIp",
      "get",
      "list",
      "listAllowedIps",
      "listPage",
      "rename",
      "revoke",
      "rotate",
    ].sort(),
  );
  expect(methods(client.auth)).toEqual(["constructor", "getSignInMethods", "startDeviceSignIn"]);
  expect(methods(Object.getPrototypeOf(client.auth))).toEqual(
    [
      "changePassword",
      "constructor",
      "endOtherSessions",
      "endSession",
      "getGrant",
      "getSession",
      "listSessions",
      "refresh",
      "signIn",
      "signOut",
      "switchCompany",
    ].sort(),
  );
  expect(methods(client.audit)).toEqual(["constructor", "list"]);
  expect(methods(client.trusts)).toEqual(["constructor", "exchange", "explain"]);
  expect(methods(Object.getPrototypeOf(client.trusts))).toEqual(
    ["constructor", "create", "disable", "enable", "get", "list", "log", "remove", "test"].sort(),
  );
  expect(methods(client.tokens)).toEqual(["constructor", "create", "get", "list", "revoke", "rotate"]);
  expect(methods(client.keys.rotations)).toEqual(["abort", "constructor", "finish", "list", "renew"]);
});
