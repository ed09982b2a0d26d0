import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { hourMs, minuteMs, rotate, setUpClock, yearMs } from "../support/clock.ts";
import { expectError } from "../support/expect-error.ts";
import { verifyStatus } from "../support/keys.ts";
import { signInPerson } from "../support/people.ts";

const auth = "/external/v1/auth";

describe("S-65 a clock that is set", () => {
  it("by less than the allowed clock difference changes nothing", async () => {
    const setup = await setUpClock();
    const { server, admin } = setup;
    server.clock.set(30_000);
    const { refreshToken } = await signInPerson(server, admin);
    const refresh = () => server.call("POST", `${auth}/refresh`, { json: { refreshToken } });
    const first = await refresh();
    expect((await rotate(setup, { mode: "staged" })).status).toBe(200);
    server.clock.set(0);
    expect((await refresh()).body.refreshToken).toBe(first.body.refreshToken);
    expect((await server.call("GET", `${auth}/me`, { token: first.body.accessToken })).status).toBe(200);
    expectError(await rotate(setup, { mode: "staged" }), "ROTATION_IN_PROGRESS");
  });

  it("from years ahead ends a grace period that would last for years", async () => {
    const setup = await setUpClock();
    const { server, admin, key } = setup;
    server.clock.set(10 * yearMs);
    const { token } = await signInPerson(server, admin);
    const grace = { token, json: { graceSeconds: 3_600 } };
    const rotated = await server.call("POST", `${auth}/keys/${key.id}/rotate`, grace);
    expect(await verifyStatus(server, key.clientSecret)).toBe(200);
    server.clock.set(0);
    expect(await verifyStatus(server, key.clientSecret)).toBe(401);
    expect(await verifyStatus(server, rotated.body.clientSecret)).toBe(200);
    // The server believes the longest grace period that a caller can request.
    const longest = { token: admin.token, json: { graceSeconds: 604_800 } };
    await server.call("POST", `${auth}/keys/${key.id}/rotate`, longest);
    expect(await verifyStatus(server, rotated.body.clientSecret)).toBe(200);
  });

  it("ahead and back again removes nothing that is still needed", async () => {
    const setup = await setUpClock();
    const { server } = setup;
    const { deps, clock } = server;
    const run = () => deps.retention.run(() => removeExpired(deps), deps.now);
    await run();
    const rotated = await rotate(setup, { graceSeconds: 3_600 }, { "idempotency-key": randomUUID() });
    expect(rotated.status).toBe(200);
    clock.set(5.5 * hourMs);
    await run();
    clock.advance(minuteMs);
    expect(await run()).toMatchObject({ secret: 0, idempotency_record: 0 });
    clock.set(0);
    await run();
    expect(await verifyStatus(server, setup.key.clientSecret)).toBe(200);
    // After ten steady minutes, retention removes what has expired.
    clock.advance(2 * hourMs);
    expect((await run()).secret).toBe(1);
  });
});
