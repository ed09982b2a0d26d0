import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { withJobLease } from "../../src/domain/jobs/with-job-lease.ts";
import { beginBrowserSignIn, findReturnedSignIn } from "../../src/domain/sign-in/browser-sign-in.ts";
import { type ClockSetup, hourMs, minuteMs, rotate, setUpClock, yearMs } from "../support/clock.ts";
import { expectError } from "../support/expect-error.ts";
import { createSupabasePerson, useHybrid } from "../support/hybrid-server.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { signInPerson } from "../support/people.ts";
import { deliver, newStripeId, subscriptionEvent, webhookSecret } from "../support/stripe-events.ts";
import { createSigningKey } from "../support/supabase-keys.ts";

const auth = "/external/v1/auth";

/** Clock errors at one moment: a wrong time zone, or a hardware clock with an empty battery. */
const clockErrors = [
  ["5.5 hours", 5.5 * hourMs],
  ["ten years", 10 * yearMs],
] as const;

describe.each(clockErrors)("S-65 after the clock was briefly %s ahead", (_name, aheadMs) => {
  /** Runs the work while the clock is ahead, and then corrects the clock. */
  const whileAhead = async <T>({ server }: Pick<ClockSetup, "server">, work: () => Promise<T>): Promise<T> => {
    server.clock.set(aheadMs);
    try {
      return await work();
    } finally {
      server.clock.set(0);
    }
  };

  it("no rotation holds a lease that never expires", async () => {
    const setup = await setUpClock({ ACCESS_TOKEN_TTL: "86400" });
    const { server, admin, key } = setup;
    const token = await whileAhead(setup, async () => (await signInPerson(server, admin)).token);
    const first = await whileAhead(setup, () =>
      server.call("POST", `${auth}/keys/${key.id}/rotate`, { token, json: { mode: "staged" } }),
    );
    expect(first.status).toBe(200);
    const second = await rotate(setup, { mode: "staged" });
    expect(second.status).toBe(200);
    // The new lease is valid.
    const third = await rotate(setup, { mode: "staged" });
    expectError(third, "ROTATION_IN_PROGRESS");
    expect(Number(third.headers["retry-after"])).toBeLessThanOrEqual(120);
    server.clock.advance(3 * minuteMs);
    const renewed = await server.call("POST", `${auth}/keys/${key.id}/rotations/${first.body.rotationId}/renew`, {
      token: admin.token,
    });
    expect(Date.parse(renewed.body.leaseExpiresOn) - server.clock.now().getTime()).toBeLessThanOrEqual(121_000);
  });

  it("a renewal creates a lease that expires", async () => {
    const setup = await setUpClock();
    const { server, admin, key } = setup;
    const token = await whileAhead(setup, async () => (await signInPerson(server, admin)).token);
    const { rotationId } = (
      await whileAhead(setup, () =>
        server.call("POST", `${auth}/keys/${key.id}/rotate`, { token, json: { mode: "staged" } }),
      )
    ).body;
    const { body } = await server.call("POST", `${auth}/keys/${key.id}/rotations/${rotationId}/renew`, {
      token: admin.token,
    });
    expect(Date.parse(body.leaseExpiresOn) - server.clock.now().getTime()).toBeLessThanOrEqual(121_000);
  });

  it("last-used times are recorded again, and none is in the future", async () => {
    const setup = await setUpClock();
    const { server, admin, key } = setup;
    const idle = await createTestKey(server, admin.token);
    await whileAhead(setup, async () => {
      expect(await verifyStatus(server, key.clientSecret)).toBe(200);
      expect(await verifyStatus(server, idle.clientSecret)).toBe(200);
      await server.deps.usage.flush();
    });
    const listUses = async (): Promise<Map<string, string>> => {
      const { body } = await server.call("GET", `${auth}/keys`, { token: admin.token });
      return new Map(body.map((one: { id: string; lastUsedAt: string }) => [one.id, one.lastUsedAt]));
    };
    const limit = (): string => server.clock.now().toISOString();
    for (const used of (await listUses()).values()) expect(used <= limit(), used).toBe(true);
    const report = await server.call("GET", `${auth}/keys/${key.id}/rotations`, { token: admin.token });
    expect(report.body[0].lastUsedAt <= limit()).toBe(true);

    expect(await verifyStatus(server, key.clientSecret)).toBe(200);
    const usedOn = limit();
    await server.deps.usage.flush();
    server.clock.advance(hourMs);
    const noted = (await listUses()).get(key.id) ?? "";
    expect(Math.abs(Date.parse(noted) - Date.parse(usedOn))).toBeLessThan(5_000);
  });

  it("last-used times from before the correction get a plausible time", async () => {
    const setup = await setUpClock();
    const { server, admin, key } = setup;
    const other = await createTestKey(server, admin.token);
    await whileAhead(setup, () => verifyStatus(server, key.clientSecret));
    expect(await verifyStatus(server, other.clientSecret)).toBe(200);
    await server.deps.usage.flush();
    server.clock.advance(hourMs);
    const { body } = await server.call("GET", `${auth}/keys/${key.id}`, { token: admin.token });
    expect(server.clock.now().getTime() - Date.parse(body.lastUsedAt)).toBeGreaterThan(50 * minuteMs);
  });

  it("a refresh token that was used while the clock was ahead cannot be used again", async () => {
    const setup = await setUpClock();
    const { server, admin } = setup;
    const refresh = (token: string) => server.call("POST", `${auth}/refresh`, { json: { refreshToken: token } });
    const { refreshToken } = await whileAhead(setup, () => signInPerson(server, admin));
    const next = await whileAhead(setup, () => refresh(refreshToken));
    expect(next.status).toBe(200);
    server.clock.advance(minuteMs);
    expectError(await refresh(refreshToken), "UNAUTHORIZED");
    expectError(await refresh(next.body.refreshToken), "UNAUTHORIZED");
  });

  it("an access token from that time is refused, and its refresh token returns a new one", async () => {
    const setup = await setUpClock();
    const { server, admin } = setup;
    const early = await whileAhead(setup, () => signInPerson(server, admin));
    expectError(await server.call("GET", `${auth}/me`, { token: early.token }), "UNAUTHORIZED");
    const refreshed = await server.call("POST", `${auth}/refresh`, { json: { refreshToken: early.refreshToken } });
    expect((await server.call("GET", `${auth}/me`, { token: refreshed.body.accessToken })).status).toBe(200);
  });

  it("a signing key that is withdrawn is refused ten minutes later", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid);
    const session = supabase.project.sessions.find(({ id }) => id === person.sessionId);
    if (session === undefined) throw new Error("no session");
    const getMe = async (): Promise<number> =>
      (await server.call("GET", `${auth}/me`, { token: await supabase.project.signToken(session) })).status;
    expect(await whileAhead({ server }, getMe)).toBe(200);
    const withdrawn = supabase.project.signingKey;
    const next = await createSigningKey();
    supabase.publishedKeys.splice(0, supabase.publishedKeys.length, next);
    for (const minutes of [11, 50]) {
      server.clock.advance(minutes * minuteMs);
      supabase.project.signingKey = withdrawn;
      expect(await getMe()).toBe(401);
    }
    supabase.project.signingKey = next;
    expect(await getMe()).toBe(200);
  });

  it("a browser sign-in that started while the clock was ahead has expired", async () => {
    const setup = await setUpClock();
    const { deps } = setup.server;
    const begin = (): Parameters<typeof findReturnedSignIn> => {
      const { ticket, redirect } = beginBrowserSignIn(deps, "https://briksync.example.com", undefined);
      return [deps, ticket, new URL(redirect.returnUrl).searchParams.get("state") ?? ""];
    };
    expect(findReturnedSignIn(...begin())).not.toBeNull();
    expect(findReturnedSignIn(...(await whileAhead(setup, async () => begin())))).toBeNull();
  });

  it("a job runs even if a lease from that time seems to be held", async () => {
    const setup = await setUpClock();
    const { deps } = setup.server;
    let finish: () => void = () => undefined;
    const running = await whileAhead(setup, async () => {
      const isRunning = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const job = withJobLease(deps, "maintenance", () => isRunning);
      await expect.poll(() => setup.server.database.query("select 1 from job_leases")).toHaveLength(1);
      return { job };
    });
    expect(await withJobLease(deps, "maintenance", async () => "ran")).toBe("ran");
    finish();
    await running.job;
  });

  it("a response is replayed for a day and no longer", async () => {
    const setup = await setUpClock();
    const { server, admin } = setup;
    const headers = { "idempotency-key": randomUUID() };
    const create = (token: string) => server.call("POST", `${auth}/keys`, { token, json: { name: "once" }, headers });
    const token = await whileAhead(setup, async () => (await signInPerson(server, admin)).token);
    const made = await whileAhead(setup, () => create(token));
    await removeExpired(server.deps);
    expect((await create(admin.token)).body.clientSecret).toBe(made.body.clientSecret);
    const [row] = await server.database.query("select expires_on from idempotency_records");
    const keptMs = Date.parse(String(row?.["expires_on"])) - server.clock.now().getTime();
    expect(keptMs).toBeLessThanOrEqual(24 * hourMs + 61_000);
    expect(keptMs).toBeGreaterThan(23 * hourMs);
  });

  it("a billing event from that time is applied once its time is reached", async () => {
    const { server, admin } = await setUpClock({ STRIPE_WEBHOOK_SECRET: webhookSecret });
    const event = subscriptionEvent(
      "created",
      { id: newStripeId("sub"), customer: newStripeId("cus"), companyId: admin.companyId },
      Math.floor((server.clock.now().getTime() + aheadMs) / 1000),
    );
    expect((await deliver(server, event)).status).toBe(401);
    server.clock.advance(aheadMs);
    const signedAt = Math.floor(server.clock.now().getTime() / 1000);
    expect((await deliver(server, event, { signedAt })).status).toBe(200);
  });
});
