import { describe, expect, it } from "vitest";
import { BrikSync, createMemorySessionStore, type Session, type SessionStore } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { startRecordingServer } from "../support/recording-server.ts";
import { makeSampleKey, makeSampleSignIn } from "../support/sample-key.ts";
import { countRefreshes, startTokenServer, unauthorized } from "../support/token-server.ts";

describe.each([
  ["undici", {}],
  ["fetch", { fetch: globalThis.fetch }],
])("over %s", (_, transport) => {
  it("K-02 refreshes once for 50 parallel 401s, and saves the new session", async () => {
    const server = await startTokenServer(2);
    const store = createMemorySessionStore({ accessToken: "access-0", refreshToken: "refresh-1" });
    const client = new BrikSync({ ...transport, baseUrl: server.url, session: store });
    const keys = await Promise.all(Array.from({ length: 50 }, () => client.keys.get("k1")));
    expect(keys).toHaveLength(50);
    expect(countRefreshes(server.requests)).toBe(1);
    const saved = await store.load();
    expect(saved).toMatchObject({ accessToken: "access-2", refreshToken: "refresh-2" });
    expect(Date.parse(saved?.expiresAt ?? "")).toBeGreaterThan(Date.now() + 890_000);
    await client.keys.get("k1");
    expect(countRefreshes(server.requests)).toBe(1);
  });

  it("K-02 refreshes at most once per call, and returns a second 401", async () => {
    const server = await startRecordingServer(({ url }) =>
      url.endsWith("/refresh") ? { json: makeSampleSignIn("access-new", "refresh-new") } : unauthorized,
    );
    const session = { accessToken: "access-old", refreshToken: "refresh-old" };
    const error = await catchError(new BrikSync({ ...transport, baseUrl: server.url, session }).keys.get("k1"));
    expect(error).toMatchObject({ name: "ApiError", type: "UNAUTHORIZED", attempts: 2, outcome: "rejected" });
    expect(countRefreshes(server.requests)).toBe(1);
    expect(server.requests).toHaveLength(3);
  });

  it("K-02 uses a token that another process has saved instead of refreshing", async () => {
    const server = await startTokenServer(5);
    let stored: Session = { accessToken: "access-0", refreshToken: "refresh-0" };
    const store: SessionStore = { load: async () => stored, save: async () => {} };
    const client = new BrikSync({ ...transport, baseUrl: server.url, session: store });
    const call = client.keys.get("k1");
    stored = { accessToken: "access-4", refreshToken: "refresh-4" };
    expect((await call).name).toBe("Payroll Integration");
    expect(countRefreshes(server.requests)).toBe(0);
  });

  it("K-02 refreshes inside the store's lock, so that two clients never use one refresh token twice", async () => {
    const server = await startTokenServer(2);
    let stored: Session | null = { accessToken: "access-0", refreshToken: "refresh-1" };
    let lastWork: Promise<unknown> = Promise.resolve();
    let inside = 0;
    const store: SessionStore = {
      load: async () => stored,
      save: async (session) => {
        expect(inside).toBe(1);
        stored = session;
      },
      lock: (work) => {
        const result = lastWork.then(async () => {
          inside++;
          return work().finally(() => inside--);
        });
        lastWork = result.catch(() => {});
        return result;
      },
    };
    const make = () => new BrikSync({ ...transport, baseUrl: server.url, session: store });
    await Promise.all(Array.from({ length: 4 }, () => make().keys.get("k1")));
    expect(countRefreshes(server.requests)).toBe(1);
  });

  it("K-02 returns the 401 of a server without refresh, and tries to refresh only once", async () => {
    const server = await startRecordingServer(({ url }) =>
      url.endsWith("/refresh")
        ? { status: 404, json: { error: { code: 404, message: "Resource does not exist" } } }
        : { status: 401, json: { error: { code: 401, message: "Unauthorized" } } },
    );
    const session = { accessToken: "access-old", refreshToken: "refresh-old" };
    const client = new BrikSync({ ...transport, baseUrl: server.url, session });
    for (let index = 0; index < 3; index++) {
      expect(await catchError(client.keys.get("k1"))).toMatchObject({ type: "UNAUTHORIZED", status: 401 });
    }
    expect(countRefreshes(server.requests)).toBe(1);
  });

  it("K-02 does not refresh for a fixed token, or for a refusal that no other token would change", async () => {
    const server = await startRecordingServer(() => ({
      status: 401,
      json: { error: { code: 401, message: "The current password is wrong", type: "SIGN_IN_FAILED" } },
    }));
    const session = { accessToken: "access", refreshToken: "refresh" };
    const change = { currentPassword: "wrong", newPassword: "correct horse battery" };
    await catchError(new BrikSync({ ...transport, baseUrl: server.url, session }).auth.changePassword(change));
    await catchError(new BrikSync({ ...transport, baseUrl: server.url, accessToken: "t" }).keys.get("k1"));
    expect(server.requests).toHaveLength(2);
  });

  it("K-02 reports an outage during the refresh, with the outcome that the call was rejected", async () => {
    const server = await startRecordingServer(({ url }) =>
      url.endsWith("/refresh") ? (response) => response.destroy() : unauthorized,
    );
    const session = { accessToken: "access-old", refreshToken: "refresh-old" };
    const client = new BrikSync({ ...transport, baseUrl: server.url, session, maxRetries: 0 });
    const error = await catchError(client.keys.create({ name: "CRM" }));
    expect(error).toMatchObject({ name: "ConnectionError", outcome: "rejected", attempts: 1, retryable: true });
    expect(error.idempotencyKey).toBeDefined();
  });

  it("K-02 does not repeat a failed refresh for each call that waits for it", async () => {
    const server = await startRecordingServer(async ({ url }) => {
      if (!url.endsWith("/refresh")) return unauthorized;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { status: 500, json: { error: { code: 500, message: "An error occurred" } } };
    });
    const session = { accessToken: "access-old", refreshToken: "refresh-old" };
    const client = new BrikSync({ ...transport, baseUrl: server.url, session });
    const errors = await Promise.all(Array.from({ length: 20 }, () => catchError(client.keys.get("k1"))));
    expect(new Set(errors).size).toBe(20);
    for (const error of errors) expect(error).toMatchObject({ status: 500, outcome: "rejected", attempts: 1 });
    expect(countRefreshes(server.requests)).toBe(1);
  });

  it("K-02 repeats a refresh with a lost response, with the same refresh token", async () => {
    let refreshes = 0;
    const server = await startRecordingServer(({ url, headers }) => {
      if (url.endsWith("/refresh")) {
        return ++refreshes === 1
          ? (response) => response.destroy()
          : { json: makeSampleSignIn("access-2", "refresh-2") };
      }
      return headers.authorization === "Bearer access-2" ? { json: makeSampleKey() } : unauthorized;
    });
    const session = { accessToken: "access-1", refreshToken: "refresh-1" };
    await new BrikSync({ ...transport, baseUrl: server.url, session }).keys.get("k1");
    const bodies = server.requests.filter(({ url }) => url.endsWith("/refresh")).map(({ body }) => body);
    expect(bodies).toEqual([`{"refreshToken":"refresh-1"}`, `{"refreshToken":"refresh-1"}`]);
  });

  it("K-02 ends an aborted call while other calls wait for the refresh", async () => {
    const server = await startTokenServer(2);
    const session = { accessToken: "access-0", refreshToken: "refresh-1" };
    const client = new BrikSync({ ...transport, baseUrl: server.url, session });
    const controller = new AbortController();
    const givenUp = catchError(client.keys.get("k1", { signal: controller.signal }));
    const patient = client.keys.get("k1");
    await expect.poll(() => countRefreshes(server.requests), { interval: 1 }).toBe(1);
    controller.abort();
    expect(await givenUp).toMatchObject({ name: "AbortedError", outcome: "rejected" });
    expect((await patient).name).toBe("Payroll Integration");
    expect(countRefreshes(server.requests)).toBe(1);
  });

  it("K-02 calls a token function again after a 401, and stops if it returns the same token", async () => {
    const server = await startTokenServer(2);
    const tokens = ["access-0", "access-1", "access-0"];
    const accessToken = () => tokens.shift() ?? "access-0";
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken });
    tokens.splice(1, 0, "access-1");
    expect((await client.keys.get("k1")).name).toBe("Payroll Integration");
    const sameAgain = new BrikSync({ ...transport, baseUrl: server.url, accessToken: async () => "access-0" });
    expect(await catchError(sameAgain.keys.get("k1"))).toMatchObject({ type: "UNAUTHORIZED", attempts: 1 });
  });
});
