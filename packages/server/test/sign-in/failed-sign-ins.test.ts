import { describe, expect, it } from "vitest";
import { createPasswordHasher } from "../../src/domain/passwords/password-hash.ts";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { useTestServer } from "../support/lifetimes.ts";
import { createPerson, otherPassword, sendSignIn } from "../support/people.ts";

describe("limits of failed sign-ins", () => {
  it("S-05 returns 429 with Retry-After after ten failures, also for the correct password", async () => {
    const server = await useTestServer();
    const person = await createPerson(server.deps);
    for (let attempt = 0; attempt < 10; attempt++) {
      expectError(await sendSignIn(server, person.email, otherPassword), "SIGN_IN_FAILED");
    }
    for (const password of [otherPassword, person.password]) {
      const refused = await sendSignIn(server, person.email, password);
      expect(expectError(refused, "RATE_LIMITED")).toBe("Too many failed sign-ins. Wait before you try again");
      expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(15 * 60);
    }
  });

  it("S-05 lets no more than ten of thirty parallel guesses through", async () => {
    const server = await useTestServer();
    const person = await createPerson(server.deps);
    const responses = await Promise.all(
      Array.from({ length: 30 }, () => sendSignIn(server, person.email, otherPassword)),
    );
    expect(responses.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  it("S-05 limits failures of unknown users the same way, so that a limit does not reveal who exists", async () => {
    const server = await useTestServer();
    for (let attempt = 0; attempt < 10; attempt++) {
      expectError(await sendSignIn(server, "nobody@partner.example", otherPassword), "SIGN_IN_FAILED");
    }
    expectError(await sendSignIn(server, "nobody@partner.example", otherPassword), "RATE_LIMITED");
  });

  it("S-05 strangers at many addresses of one site cannot lock an admin out elsewhere", async () => {
    const server = await useTestServer({ TRUSTED_PROXIES: "127.0.0.1" });
    const person = await createPerson(server.deps);
    const from = (address: string): Record<string, string> => ({ "x-forwarded-for": address });
    expect((await sendSignIn(server, person.email, person.password, from("203.0.113.7"))).status).toBe(200);
    const strangers: HttpResponse[] = [];
    for (let stranger = 0; stranger < 60; stranger += 20) {
      const addresses = Array.from({ length: 20 }, (_, index) => `198.51.100.${stranger + index}`);
      const guess = (address: string): Promise<HttpResponse> =>
        sendSignIn(server, person.email, otherPassword, from(address));
      strangers.push(...(await Promise.all(addresses.map(guess))));
    }
    expect(strangers.filter(({ status }) => status === 401)).toHaveLength(50);
    expect(strangers.filter(({ status }) => status === 429)).toHaveLength(10);
    expectError(await sendSignIn(server, person.email, person.password, from("198.51.100.99")), "RATE_LIMITED");
    expect((await sendSignIn(server, person.email, person.password, from("203.0.113.7"))).status).toBe(200);
  });

  it("S-05 does not count attempts that were refused because the server was busy", async () => {
    const server = await useTestServer({ TRUSTED_PROXIES: "127.0.0.1" }, (deps) => ({
      ...deps,
      passwords: createPasswordHasher({ maxConcurrent: 1, maxQueued: 0 }),
    }));
    const person = await createPerson(server.deps);
    let busy = 0;
    for (let stranger = 0; busy < 15; stranger++) {
      const email = `nobody-${stranger}@partner.example`;
      const occupying = sendSignIn(server, email, otherPassword, { "x-forwarded-for": `198.51.100.${stranger % 250}` });
      const response = await sendSignIn(server, person.email, person.password, { "x-forwarded-for": "203.0.113.7" });
      expect([200, 503]).toContain(response.status);
      if (response.status === 503) busy++;
      await occupying;
    }
    expect(await sendSignIn(server, person.email, person.password)).toMatchObject({ status: 200 });
  });
});
