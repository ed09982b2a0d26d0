import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requireFreshBuild } from "../../../../tools/fresh-build.ts";
import { type LocalServer, runServerCommand, startLocalServer } from "../../../../tools/local-server.ts";
import { BrikSync, createMemorySessionStore } from "../../src/index.ts";
import { FakeBrikSync, type Listening } from "../../src/testing.ts";
import { password, walk } from "../support/conformance-walk.ts";
import { walkPipelines } from "../support/walk-pipelines.ts";
import { walkRotations } from "../support/walk-rotations.ts";
import { walkVerify } from "../support/walk-verify.ts";

const document = JSON.parse(readFileSync(new URL("../../../server/openapi.json", import.meta.url), "utf8")) as {
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, { description: string }> }>>;
};

let directory: string;
let server: LocalServer;
let fake: Listening;
let model: FakeBrikSync;
let env: Record<string, string>;
let initech: ReturnType<FakeBrikSync["addCompany"]>;
/** How far the fake server's clock is ahead of the real time. */
let aheadMs = 0;

beforeAll(async () => {
  requireFreshBuild("server");
  directory = await mkdtemp(join(tmpdir(), "briksync-sdk-"));
  env = {
    DATABASE_URL: `sqlite:${join(directory, "test.db")}`,
    PORT: "0",
    TRUSTED_PROXIES: "127.0.0.1/32",
    LOG_LEVEL: "silent",
    ROTATION_LEASE_SECONDS: "5",
  };
  const admins = [
    ["--email", "ada@partner.com", "--company", "Acme Corp", "--plan", "BUSINESS", "--must-change-password"],
    ["--email", "grace@partner.com", "--company", "Globex", "--plan", "BUSINESS"],
    ["--email", "mary@partner.com", "--company", "Umbrella", "--plan", "BUSINESS"],
    ["--email", "peter@partner.com", "--company", "Initech", "--plan", "BUSINESS"],
    ["--email", "member@partner.com", "--company", "Acme Corp", "--privilege", "3"],
    ["--email", "free@partner.com", "--company", "Free Corp", "--plan", "FREE"],
  ];
  for (const args of admins) {
    const names = ["--first-name", "Ada", "--last-name", "Lovelace", "--json", "--password-stdin"];
    await runServerCommand(["admin", "create", ...args, ...names], env, password);
  }
  server = await startLocalServer(env);

  model = new FakeBrikSync({ now: () => new Date(Date.now() + aheadMs), rotationLeaseSeconds: 5 });
  model.admin.mustChangePassword = true;
  model.addUser({ email: "grace@partner.com", password, privileges: { [model.addCompany("Globex").id]: 1 } });
  model.addUser({ email: "mary@partner.com", password, privileges: { [model.addCompany("Umbrella").id]: 1 } });
  initech = model.addCompany("Initech");
  model.addUser({ email: "peter@partner.com", password, privileges: { [initech.id]: 1 } });
  model.addUser({ email: "member@partner.com", password, privileges: { [model.company.id]: 3 } });
  model.addUser({ email: "free@partner.com", password, privileges: { [model.addCompany("Free Corp", "FREE").id]: 1 } });
  fake = await model.listen();
});

afterAll(async () => {
  await Promise.all([server?.stop(), fake?.close()]);
  await rm(directory, { recursive: true, force: true });
});

it("gets the same responses from the real and the fake server for users and keys", async () => {
  const real = await walk(server.url);
  expect(real["sign in"]).toMatchObject({ user: { email: "ada@partner.com", mustChangePassword: true } });
  expect(real["created"]).toMatchObject({ clientId: "<client id>", clientSecret: "secret of 52", status: "active" });
  expect(real["the session after that"]).toMatchObject({ refused: "UNAUTHORIZED" });
  expect(await walk(fake.url)).toEqual(real);
});

it("gets the same responses from the real and the fake server for every refusal of verify", async () => {
  const credentials = { email: "peter@partner.com", password };
  const real = await walkVerify(server.url, credentials, async () => {
    await runServerCommand(["companies", "set-plan", "Initech", "FREE"], env);
  });
  expect(real["a pair from 203.0.113.7 on BUSINESS"]).toMatchObject({ ok: true, name: "CRM", companyName: "Initech" });
  expect(real["a secret from 8.8.8.8 on FREE"]).toMatchObject({ ok: false, type: "IP_NOT_ALLOWED" });
  const faked = await walkVerify(fake.url, credentials, async () => {
    initech.plan = "FREE";
  });
  expect(faked).toEqual(real);

  const { responses } = document.paths["/external/v1/auth/verify"]?.["get"] ?? {};
  const refusals = Object.entries(responses ?? {}).flatMap(([status, { description }]) =>
    status.startsWith("4") ? [...description.matchAll(/([A-Z_]+): /g)].map(([, type]) => type) : [],
  );
  const seen = Object.values(real).map((result) => (result as { type?: string }).type);
  expect(refusals.length).toBeGreaterThan(4);
  // The fake server has no rate limits. Tests use `fail` for a response with 429.
  expect(refusals.filter((type) => type !== "RATE_LIMITED" && !seen.includes(type))).toEqual([]);
});

it("gets the same responses from the real and the fake server for replays and rotations", async () => {
  const credentials = { email: "grace@partner.com", password };
  const real = await walkRotations(server.url, credentials, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  expect(real["stage"]).toMatchObject({ isReplay: false, clientSecret: "secret of 52", expiresOn: "<time>" });
  expect(real["stage while it is under way"]).toMatchObject({ refused: "ROTATION_IN_PROGRESS", mayRetryLater: true });
  expect(real["finish the overtaken one"]).toMatchObject({ refused: "ROTATION_IN_PROGRESS" });
  expect(real["take the lease back"]).toMatchObject({ wasTakenOver: true, leaseSeconds: 5 });
  expect(real["a replay after the next rotation"]).toMatchObject({ refused: "IDEMPOTENCY_SUPERSEDED" });
  const faked = await walkRotations(fake.url, credentials, async (ms) => {
    aheadMs += ms;
  });
  expect(faked).toEqual(real);
}, 90_000);

it("gets the same responses from the real and the fake server for trusts and automation tokens", async () => {
  const credentials = { email: "mary@partner.com", password };
  const real = await walkPipelines(server.url, credentials);
  expect(real["a weak trust"]).toMatchObject({ warnings: expect.arrayContaining([expect.anything()]) });
  expect(real["an exchange of a made-up token"]).toMatchObject({ refused: "ASSERTION_INVALID" });
  expect(real["an immediate rotation"]).toMatchObject({ refused: "SCOPE_DENIED" });
  expect(real["the old one after that"]).toMatchObject({ refused: "UNAUTHORIZED" });
  expect(await walkPipelines(fake.url, credentials)).toEqual(real);
}, 90_000);

it("refuses a member and an automation token the same operations as the real server", async () => {
  const guarded = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { responses }]) => /forbidden|scope_?denied/i.test(JSON.stringify(responses["403"] ?? "")))
      // It would end the session of the caller.
      .filter(([, { operationId }]) => operationId !== "signOut")
      .map(([method, { operationId }]) => ({ operationId, method: method.toUpperCase(), path })),
  );
  const refusals = async (url: string): Promise<readonly unknown[]> => {
    const sessions = [createMemorySessionStore(), createMemorySessionStore()];
    const [admin, member] = sessions.map((session) => new BrikSync({ baseUrl: url, session }));
    await admin?.auth.signIn({ email: "mary@partner.com", password });
    await member?.auth.signIn({ email: "member@partner.com", password });
    const key = await admin?.keys.create({ name: "Of a pipeline" });
    const keyIds = [key?.id ?? ""];
    const expiresAt = new Date(Date.now() + 86_400_000);
    const token = await admin?.tokens.create({ name: "Jenkins", may: ["rotate"], keyIds, expiresAt });
    const bearers = { member: (await sessions[1]?.load())?.accessToken, token: token?.token.reveal() };
    const seen: unknown[] = [];
    for (const { operationId, method, path } of guarded) {
      for (const [caller, bearer] of Object.entries(bearers)) {
        const response = await fetch(`${url}${path.replaceAll(/\{\w+\}/g, keyIds[0] ?? "")}`, {
          method,
          headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
          ...(method === "POST" || method === "PATCH" ? { body: "{}" } : {}),
        });
        if (response.status === 403) seen.push([operationId, caller, (await response.json()).error?.type]);
      }
    }
    return seen;
  };
  const real = await refusals(server.url);
  expect(real.length).toBeGreaterThan(20);
  expect(await refusals(fake.url)).toEqual(real);
}, 30_000);

it("calls every operation of the API", () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    path.startsWith("/external/") ? Object.values(methods).map(({ operationId }) => operationId) : [],
  );
  expect(operations.length).toBeGreaterThan(20);
  const walked: ReadonlySet<string | null> = new Set(model.calls.map(({ operation }) => operation));
  expect(operations.filter((operation) => !walked.has(operation))).toEqual([]);
});
