import { describe, expect, it } from "vitest";
import { refreshSession } from "../../src/domain/sessions/refresh-session.ts";
import { AppError } from "../../src/errors.ts";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { useServer, useTestServer } from "../support/lifetimes.ts";
import { callSessions } from "../support/own-sessions.ts";
import { createSignedIn, signInPerson } from "../support/people.ts";

const jwtSecret = "a signing secret of more than 32 bytes";
const auth = "/external/v1/auth";

describe("sessions", () => {
  const server = useServer({ BRIKSYNC_JWT_SECRET: jwtSecret, REFRESH_TOKEN_TTL: "3600" });
  const { getMe, refresh } = callSessions(server);

  describe("refresh", () => {
    it("S-06 exchanges a token once for working tokens, and stores neither", async () => {
      const person = await createSignedIn(server);
      const { status, body } = await refresh(person.refreshToken);
      expect(status).toBe(200);
      expect(body.refreshToken).not.toBe(person.refreshToken);
      expect(Object.keys(body)).toEqual([
        "accessToken",
        "expiresIn",
        "user",
        "activeCompany",
        "companies",
        "refreshToken",
      ]);
      expect((await getMe(body.accessToken)).status).toBe(200);
      const stored = await server.database.query("select digest from refresh_tokens");
      for (const text of [person.refreshToken, body.refreshToken]) {
        const plain = Buffer.from(text, "base64url");
        expect(stored.some(({ digest }) => Buffer.isBuffer(digest) && digest.equals(plain))).toBe(false);
      }
    });

    it("S-06 ends the session if a token is used again after its successor was used", async () => {
      const person = await createSignedIn(server);
      const second = (await refresh(person.refreshToken)).body;
      const third = (await refresh(second.refreshToken)).body;
      expectError(await refresh(person.refreshToken), "UNAUTHORIZED");
      expectError(await getMe(third.accessToken), "UNAUTHORIZED");
      expectError(await refresh(third.refreshToken), "UNAUTHORIZED");
      const fresh = await signInPerson(server, person);
      const { body: events } = await server.call("GET", `${auth}/audit?action=session.revoked`, { token: fresh.token });
      expect(events).toHaveLength(1);
      expect(events[0].details).toEqual({ reason: "refresh token used twice" });
      expect((await getMe(fresh.token)).status).toBe(200);
    });

    it("S-63 checks at most 60 made-up tokens of another subscriber before a refresh, and limits the rest", async () => {
      const person = await createSignedIn(server);
      const outcomes: unknown[] = [];
      const send = (token: string, ip: string): Promise<unknown> =>
        refreshSession(server.deps, token, { ip, requestId: null }, () => undefined).then(
          () => outcomes.push("refreshed"),
          (error) => outcomes.push(error instanceof AppError ? [error.type, error.retryAfterSeconds] : error),
        );
      const madeUp = Array.from({ length: 1_000 }, (_, index) => send(`made up ${index}`, `2001:db8:1:${index}::1`));
      await Promise.all([...madeUp, send(person.refreshToken, "203.0.113.7")]);
      expect(outcomes.slice(0, 940)).toEqual(Array(940).fill(["UNAVAILABLE", 1]));
      const waited = outcomes.slice(940);
      expect(waited.filter((outcome) => outcome !== "refreshed")).toEqual(Array(60).fill(["UNAUTHORIZED", undefined]));
      expect(waited).toHaveLength(61);
      expect(await server.deps.refreshTurns.next("20010db80001/48")).toBe(true);
    });

    it("S-06 returns the same successor again within 30 seconds, and not later", async () => {
      const patient = await useTestServer();
      const again = (token: string): Promise<HttpResponse> =>
        patient.call("POST", `${auth}/refresh`, { json: { refreshToken: token } });
      const person = await createSignedIn(patient);
      const first = await again(person.refreshToken);
      patient.clock.advance(29_000);
      const repeated = await again(person.refreshToken);
      expect(repeated.status).toBe(200);
      expect(repeated.body.refreshToken).toBe(first.body.refreshToken);
      expect((await patient.call("GET", `${auth}/me`, { token: repeated.body.accessToken })).status).toBe(200);
      patient.clock.advance(2_000);
      expectError(await again(person.refreshToken), "UNAUTHORIZED");
      expectError(await again(first.body.refreshToken), "UNAUTHORIZED");
    });

    it("S-06 returns the same successor to parallel refreshes and keeps the session", async () => {
      const person = await createSignedIn(server);
      const responses = await Promise.all(Array.from({ length: 20 }, () => refresh(person.refreshToken)));
      expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
      const successors = new Set(responses.map(({ body }) => body.refreshToken));
      expect(successors.size).toBe(1);
      const [successor = ""] = successors;
      expect((await refresh(successor)).status).toBe(200);
    });

    it("S-06 refuses unknown, empty, foreign and overlong tokens", async () => {
      const person = await createSignedIn(server);
      for (const text of [
        "x",
        person.token.slice(0, 500),
        `${person.refreshToken}=`,
        person.refreshToken.slice(1),
        "__proto__",
      ]) {
        expectError(await refresh(text), "UNAUTHORIZED");
      }
      expect(expectError(await refresh(""), "VALIDATION_FAILED")).toContain("refreshToken");
      expect(expectError(await refresh("x".repeat(513)), "VALIDATION_FAILED")).toContain("refreshToken");
      expect((await refresh(person.refreshToken)).status).toBe(200);
    });

    it("S-06 extends the session with each refresh, and ends it without one", async () => {
      const patient = await useTestServer({ ACCESS_TOKEN_TTL: "86400", REFRESH_TOKEN_TTL: "600" });
      const person = await createSignedIn(patient);
      patient.clock.advance(500_000);
      const next = await patient.call("POST", `${auth}/refresh`, { json: { refreshToken: person.refreshToken } });
      expect(next.status).toBe(200);
      patient.clock.advance(500_000);
      expect((await patient.call("GET", `${auth}/me`, { token: next.body.accessToken })).status).toBe(200);
      patient.clock.advance(101_000);
      expectError(await patient.call("GET", `${auth}/me`, { token: next.body.accessToken }), "UNAUTHORIZED");
      const late = await patient.call("POST", `${auth}/refresh`, { json: { refreshToken: next.body.refreshToken } });
      expectError(late, "UNAUTHORIZED");
    });
  });
});
