import { expect, it } from "vitest";
import { BrikSync, createMemorySessionStore } from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";
import { catchError } from "../support/catch-error.ts";

const device = { hostName: "laptop", clientVersion: "reports 2.1.0" };

function setUp(devicePollSeconds = 0.01) {
  let aheadMs = 0;
  const fake = new FakeBrikSync({ devicePollSeconds, now: () => new Date(Date.now() + aheadMs) });
  const store = createMemorySessionStore();
  const client = new BrikSync({ fetch: fake.fetch, session: store, maxRetries: 0 });
  const pass = (ms: number): void => {
    aheadMs += ms;
  };
  const polls = () => fake.calls.filter(({ operation }) => operation === "exchangeToken").length;
  return { fake, store, client, polls, pass };
}

it("waits for the approval, and saves the session of the chosen company", async () => {
  const { fake, store, client, polls } = setUp();
  const company = fake.addCompany("Globex");
  const user = fake.addUser({ email: "grace@partner.com", password: "x", privileges: { [company.id]: 2 } });
  const signIn = await client.auth.startDeviceSignIn(device);
  expect(signIn).toMatchObject({
    userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
    verificationUri: "http://127.0.0.1:4870/device",
    verificationUriComplete: `http://127.0.0.1:4870/device?code=${signIn.userCode}`,
  });
  expect(Object.keys(signIn)).not.toContain("deviceCode");
  const waiting = signIn.wait();
  await expect.poll(polls).toBeGreaterThan(1);
  fake.approveDeviceSignIn(signIn.userCode.toLowerCase().replace("-", " "), user, company);
  const result = await waiting;
  expect(result).toMatchObject({ user: { email: "grace@partner.com" }, activeCompany: { name: "Globex" } });
  expect(result.session).toMatchObject({ companyId: company.id, refreshToken: expect.any(String) });
  expect(await store.load()).toEqual(result.session);
  expect((await client.auth.getSession()).user.email).toBe("grace@partner.com");
  expect((await client.auth.refresh()).user.email).toBe("grace@partner.com");
});

it("reports a denial and an expired code", async () => {
  const { fake, client, store, pass } = setUp();
  const denied = await client.auth.startDeviceSignIn(device);
  fake.denyDeviceSignIn(denied.userCode);
  expect(await catchError(denied.wait())).toMatchObject({ name: "ApiError", type: "ACCESS_DENIED", status: 400 });
  const late = await client.auth.startDeviceSignIn(device);
  pass(600_000);
  expect(() => fake.approveDeviceSignIn(late.userCode)).toThrow("No sign-in waits");
  expect(await catchError(late.wait())).toMatchObject({ type: "DEVICE_CODE_EXPIRED" });
  expect(await store.load()).toBeNull();
});

it("RFC 8628 3.5 polls 5 seconds later after SLOW_DOWN", async () => {
  const { fake, client, polls } = setUp();
  fake.fail({ kind: "status", status: 400, type: "SLOW_DOWN", operation: "exchangeToken" });
  const signIn = await client.auth.startDeviceSignIn(device);
  fake.approveDeviceSignIn(signIn.userCode);
  const startMs = performance.now();
  await signIn.wait();
  expect(performance.now() - startMs).toBeGreaterThan(4_900);
  expect(polls()).toBe(2);
}, 15_000);

it("RFC 8628 3.5 continues after failures of the network and of gateways, and waits longer each time", async () => {
  const { fake, client, polls } = setUp(0.02);
  fake.fail({ kind: "offline", operation: "exchangeToken" });
  fake.fail({ kind: "html", status: 502, operation: "exchangeToken" });
  fake.fail({ kind: "status", status: 503, operation: "exchangeToken" });
  const signIn = await client.auth.startDeviceSignIn(device);
  fake.approveDeviceSignIn(signIn.userCode);
  const startMs = performance.now();
  await signIn.wait();
  expect(performance.now() - startMs).toBeGreaterThan(20 + 40 + 80 + 160 - 10);
  expect(polls()).toBe(4);
});

it("gets the tokens again if the response was lost after the server had created the session", async () => {
  const { fake, client, polls } = setUp();
  fake.fail({ kind: "lost-answer", operation: "exchangeToken" });
  const signIn = await client.auth.startDeviceSignIn(device);
  fake.approveDeviceSignIn(signIn.userCode);
  expect((await signIn.wait()).user.email).toBe("ada@partner.com");
  expect(polls()).toBe(2);
});

it("stops at its signal, before and during the wait", async () => {
  const { client, polls } = setUp(60);
  const signIn = await client.auth.startDeviceSignIn(device);
  expect(await catchError(signIn.wait({ signal: AbortSignal.abort("no") }))).toMatchObject({ type: "ABORTED" });
  expect(await catchError(signIn.wait({ signal: AbortSignal.timeout(20) }))).toMatchObject({ name: "AbortedError" });
  expect(polls()).toBe(0);
});

it("assumes that a server without the operation supports passwords only", async () => {
  const { client } = setUp();
  expect(await client.auth.getSignInMethods()).toEqual(["browser", "password"]);
  const old = new BrikSync({
    fetch: async () => new Response('{"error":{"code":404,"message":"x","type":"NOT_FOUND"}}', { status: 404 }),
  });
  expect(await old.auth.getSignInMethods()).toEqual(["password"]);
});
