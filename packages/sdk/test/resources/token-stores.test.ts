import { expect, it } from "vitest";
import { BrikSync, createMemorySessionStore, type Session, type SessionStore } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { makeDeferred } from "../support/deferred.ts";
import { startRecordingServer } from "../support/recording-server.ts";
import { makeSampleKey, makeSampleSignIn } from "../support/sample-key.ts";
import { countRefreshes, startTokenServer, unauthorized } from "../support/token-server.ts";

it("K-02 loads a session once for calls that start together", async () => {
  const server = await startTokenServer(1);
  let loads = 0;
  const store: SessionStore = {
    load: async () => {
      loads++;
      await new Promise((resolve) => setTimeout(resolve, 10));
      return { accessToken: "access-0" };
    },
    save: async () => {},
  };
  const client = new BrikSync({ baseUrl: server.url, session: store });
  await Promise.all(Array.from({ length: 20 }, () => client.keys.get("k1")));
  expect(loads).toBe(1);
});

it("K-02 never runs an explicit refresh and one after a 401 at the same time", async () => {
  const server = await startTokenServer(2);
  const session = { accessToken: "access-0", refreshToken: "refresh-1" };
  const client = new BrikSync({ baseUrl: server.url, session });
  const [result, key] = await Promise.all([client.auth.refresh(), client.keys.get("k1")]);
  expect(result.session.refreshToken).toBe("refresh-2");
  expect(key.name).toBe("Payroll Integration");
  expect(countRefreshes(server.requests)).toBe(1);
});

it("K-02 throws the errors of a store unchanged", async () => {
  const fault = new Error("the keychain is locked");
  const store: SessionStore = { load: () => Promise.reject(fault), save: async () => {} };
  const client = new BrikSync({ session: store });
  await expect(client.keys.get("k1")).rejects.toBe(fault);
});

it("K-02 continues in memory and reports it if the new session cannot be saved", async () => {
  const server = await startTokenServer(2);
  const fault = new Error("disk full");
  const store: SessionStore = {
    load: async () => ({ accessToken: "access-0", refreshToken: "refresh-1" }),
    save: () => Promise.reject(fault),
  };
  const client = new BrikSync({ baseUrl: server.url, session: store });
  await expect(client.keys.get("k1")).rejects.toBe(fault);
  expect((await client.keys.get("k1")).name).toBe("Payroll Integration");
});

it("K-02 does not reuse a refresh token after a refresh whose session could not be saved", async () => {
  const refreshed = makeDeferred();
  let isFirst = true;
  const server = await startRecordingServer(async ({ url, headers }) => {
    if (url.endsWith("/refresh")) return { json: makeSampleSignIn("access-2", "refresh-2") };
    if (headers.authorization === "Bearer access-2") return { json: makeSampleKey() };
    // The second call is refused after the refresh of the first one.
    if (!isFirst) await refreshed.promise;
    isFirst = false;
    return unauthorized;
  });
  const fault = new Error("disk full");
  const stored = { accessToken: "access-1", refreshToken: "refresh-1" };
  const store: SessionStore = { load: async () => stored, save: () => Promise.reject(fault) };
  const client = new BrikSync({ baseUrl: server.url, session: store });
  const first = client.keys.get("k1");
  const second = client.keys.get("k1");
  await expect(first).rejects.toBe(fault);
  refreshed.resolve();
  expect((await second).name).toBe("Payroll Integration");
  expect(countRefreshes(server.requests)).toBe(1);
});

it("C-13 does not use the refresh token or switch the company if the store cannot save", async () => {
  const server = await startRecordingServer(() => unauthorized);
  const fault = new Error("disk full");
  const store: SessionStore = {
    load: async () => ({ accessToken: "access-0", refreshToken: "refresh-1" }),
    save: async () => {},
    prepare: () => Promise.reject(fault),
  };
  const client = new BrikSync({ baseUrl: server.url, session: store });
  await expect(client.keys.get("k1")).rejects.toBe(fault);
  await expect(client.auth.refresh()).rejects.toBe(fault);
  await expect(client.auth.switchCompany("c1")).rejects.toBe(fault);
  expect(server.requests.map(({ method }) => method)).toEqual(["GET"]);
});

it("K-02 holds the store's lock during a company switch until the session is saved", async () => {
  const [sent, answered] = [makeDeferred(), makeDeferred()];
  const refreshTokens: string[] = [];
  const server = await startRecordingServer(async ({ url, headers, body }) => {
    if (url.endsWith("/refresh")) {
      refreshTokens.push(JSON.parse(body).refreshToken);
      return unauthorized;
    }
    if (!url.endsWith("/switch-company")) {
      return headers.authorization === "Bearer access-2" ? { json: makeSampleKey() } : unauthorized;
    }
    sent.resolve();
    await answered.promise;
    return { json: makeSampleSignIn("access-2", "refresh-2") };
  });
  let stored: Session | null = { accessToken: "access-1", refreshToken: "refresh-1" };
  let lastWork: Promise<unknown> = Promise.resolve();
  const openClient = (onLock: () => void): BrikSync => {
    const session: SessionStore = {
      load: async () => stored,
      save: async (next) => {
        stored = next;
      },
      lock: (work) => {
        onLock();
        const result = lastWork.then(work);
        lastWork = result.catch(() => {});
        return result;
      },
    };
    return new BrikSync({ baseUrl: server.url, session });
  };
  const switching = openClient(() => {}).auth.switchCompany("c1");
  await sent.promise;
  // Another process has an expired token. The server responds to the switch when that process wants the lock.
  expect((await openClient(answered.resolve).keys.get("k1")).name).toBe("Payroll Integration");
  expect((await switching).session).toMatchObject({ accessToken: "access-2", refreshToken: "refresh-2" });
  expect(refreshTokens).toEqual([]);
});

it("K-02 refreshes an expired token during a company switch, and saves both sessions", async () => {
  const server = await startRecordingServer(({ url, headers }) => {
    if (url.endsWith("/refresh")) return { json: makeSampleSignIn("access-2", "refresh-2") };
    return headers.authorization === "Bearer access-2" ? { json: makeSampleSignIn("access-3") } : unauthorized;
  });
  const store = createMemorySessionStore({ accessToken: "access-1", refreshToken: "refresh-1" });
  const client = new BrikSync({ baseUrl: server.url, session: store });
  expect((await client.auth.switchCompany("c1")).session).toMatchObject({ refreshToken: "refresh-2" });
  expect(await store.load()).toMatchObject({ accessToken: "access-3", refreshToken: "refresh-2" });
  expect(countRefreshes(server.requests)).toBe(1);
});

it("K-02 says what to do next if there is no session", async () => {
  const empty = new BrikSync({ session: createMemorySessionStore() });
  const error = await catchError(empty.keys.get("k1"));
  expect(error).toMatchObject({ name: "ConfigurationError", type: "NOT_SIGNED_IN", outcome: "not-sent", attempts: 0 });
  expect(error.message).toBe("There is no session. Sign in first.");
  expect((await catchError(new BrikSync().keys.get("k1"))).message).toBe(
    "This call requires a session. Create the client with accessToken or session.",
  );
});
