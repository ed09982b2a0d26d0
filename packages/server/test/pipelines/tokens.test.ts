import { describe, expect, it } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { authenticatePipeline } from "../../src/domain/tokens/authenticate-pipeline.ts";
import { createTokenInput } from "../support/automation-tokens.ts";
import { expectError } from "../support/expect-error.ts";
import { createTestKey } from "../support/keys.ts";
import { useDependencies, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";
import { usePipelines } from "../support/pipelines.ts";

const dayMs = 86_400_000;

describe("automation tokens", () => {
  const pipelines = usePipelines();

  async function create(input: Readonly<Record<string, unknown>> = {}) {
    const { admin, key, call } = pipelines;
    const response = await call("POST", "/tokens", admin.token, createTokenInput([key.id], input));
    expect(response.status, response.text).toBe(201);
    return response.body;
  }
  const grant = (token: string) => pipelines.call("GET", "/grant", token);

  it("are stored only as keyed digests, and are found under every accepted pepper", async () => {
    const peppers = ["one pepper of more than thirty-two bytes", "another pepper of more than thirty-two bytes"];
    const server = await useTestServer({ BRIKSYNC_KEY_PEPPER: peppers[0] ?? "" });
    const admin = await createSignedIn(server);
    const { id } = await createTestKey(server, admin.token);
    const json = createTokenInput([id]);
    const { body } = await server.call("POST", "/external/v1/auth/tokens", { token: admin.token, json });
    const rows = await server.database.query("select * from automation_token_secrets");
    expect(JSON.stringify(rows)).not.toContain(body.token.slice(4, 44));
    const find = async (...accepted: (string | undefined)[]) => {
      const deps = await useDependencies({ ...server.env, BRIKSYNC_KEY_PEPPER: accepted.join(",") });
      return authenticatePipeline(deps, body.token, { ip: null, requestId: null });
    };
    const [old, current] = peppers;
    expect((await find(current, old)).actor.id).toBe(body.id);
    await expect(find(current)).rejects.toMatchObject({ type: "UNAUTHORIZED" });
  });

  it.each([
    ["no expiry", { expiresAt: undefined }, "/expiresAt"],
    ["an expiry in the past", { expiresAt: "2020-01-01T00:00:00Z" }, "/expiresAt"],
    ["an expiry after more than 365 days", { expiresAt: "2099-01-01T00:00:00Z" }, "/expiresAt"],
    ["no key", { keyIds: [] }, "/keyIds"],
    ["an unknown key", { keyIds: ["x"] }, "/keyIds/0"],
    ["another scope", { may: ["revoke"] }, "/may/0"],
    ["an invalid network", { fromCidrs: ["x"] }, "/fromCidrs/0"],
    ["every address", { fromCidrs: ["0.0.0.0/0"] }, "/fromCidrs/0"],
    ["a name with two lines", { name: "a\nb" }, "/name"],
    ["an unknown field", { ttlSeconds: 60 }, "/ttlSeconds"],
  ])("with %s are refused", async (_, input, path) => {
    const { admin, key, call } = pipelines;
    const response = await call("POST", "/tokens", admin.token, createTokenInput([key.id], input));
    expectError(response, "VALIDATION_FAILED");
    expect(response.body.error.details[0].path).toBe(path);
  });

  it("for keys of another company get the same response as for unknown keys", async () => {
    const { admin, server, call } = pipelines;
    const foreign = await createTestKey(server, (await createSignedIn(server)).token);
    const responses = await Promise.all(
      [foreign.id, "00000000-0000-4000-8000-000000000000"].map((id) =>
        call("POST", "/tokens", admin.token, createTokenInput([id])),
      ),
    );
    const [one, other] = responses.map(({ body }) => body.error.details);
    expect(one).toEqual(other);
  });

  it("keep the old secret after a rotation until the new one is used for the first time", async () => {
    const { admin, call } = pipelines;
    const { id, token } = await create();
    const path = `/tokens/${id}/rotate`;
    const first = await call("POST", path, admin.token);
    const second = await call("POST", path, admin.token);
    expect(second.body.pendingSince).not.toBe(null);
    expectError(await grant(first.body.token), "UNAUTHORIZED");
    expect((await grant(token)).status).toBe(200);
    // A refused call does not count as a use.
    expectError(await call("GET", "/me", second.body.token), "SCOPE_DENIED");
    expect((await grant(token)).status).toBe(200);
    expect((await grant(second.body.token)).status).toBe(200);
    expectError(await grant(token), "UNAUTHORIZED");
    expect((await call("GET", `/tokens/${id}`, admin.token)).body.pendingSince).toBe(null);
    const { body } = await call("GET", "/audit?action=token.rotated", admin.token);
    expect(body[0]).toMatchObject({ actorKind: "token", actorId: id, details: { isFirstUse: true } });
  });

  it("are created once per Idempotency-Key, and a repeated call returns the same secret", async () => {
    const { admin, key, server, call } = pipelines;
    const json = createTokenInput([key.id]);
    const headers = { "idempotency-key": "create-token-1" };
    const send = () => server.call("POST", "/external/v1/auth/tokens", { token: admin.token, json, headers });
    const [one, other] = [await send(), await send()];
    expect(other.body).toEqual(one.body);
    expect(other.headers["idempotency-replayed"]).toBe("true");
    await call("POST", `/tokens/${one.body.id}/revoke`, admin.token);
    expectError(await send(), "IDEMPOTENCY_SUPERSEDED");
  });

  it("stop working permanently when they are revoked", async () => {
    const { admin, call } = pipelines;
    const { id, token } = await create();
    const revoked = await call("POST", `/tokens/${id}/revoke`, admin.token);
    expect(revoked.body.revokedOn).not.toBe(null);
    expectError(await grant(token), "UNAUTHORIZED");
    expect((await call("POST", `/tokens/${id}/revoke`, admin.token)).body).toEqual(revoked.body);
    expectError(await call("POST", `/tokens/${id}/rotate`, admin.token), "KEY_REVOKED");
  });

  it("work only from their networks", async () => {
    const { token } = await create({ fromCidrs: ["192.0.2.7"] });
    expect(expectError(await grant(token), "IP_NOT_ALLOWED")).toContain("127.0.0.1");
    const { token: own } = await create({ fromCidrs: ["127.0.0.0/8"] });
    expect((await grant(own)).status).toBe(200);
  });

  it("of another company do not exist", async () => {
    const { server, call } = pipelines;
    const { id } = await create();
    const stranger = await createSignedIn(server);
    expectError(await call("GET", `/tokens/${id}`, stranger.token), "NOT_FOUND");
    expectError(await call("POST", `/tokens/${id}/rotate`, stranger.token), "NOT_FOUND");
    expectError(await call("POST", `/tokens/${id}/revoke`, stranger.token), "NOT_FOUND");
    expect((await call("GET", "/tokens", stranger.token)).body).toEqual([]);
  });

  it("are returned once, and work until they expire", async () => {
    const { admin, key, call, server } = pipelines;
    const expiresAt = new Date(server.clock.now().getTime() + dayMs).toISOString();
    const { token, ...shown } = await create({ expiresAt });
    expect(token).toMatch(/^aut_[0-9a-f]{48}$/);
    expect(shown).toEqual({
      id: expect.any(String),
      name: "Rotate",
      may: ["rotate"],
      keyIds: [key.id],
      fromCidrs: [],
      createdOn: expect.any(String),
      createdBy: { email: admin.email, hasLeft: false },
      expiresAt,
      revokedOn: null,
      lastUsedAt: null,
      lastUsedIp: null,
      pendingSince: null,
    });
    expect((await grant(token)).body).toMatchObject({ kind: "token", id: shown.id, expiresAt, run: null });
    const read = await call("GET", `/tokens/${shown.id}`, admin.token);
    expect(read.body).toEqual({ ...shown, lastUsedAt: expect.any(String), lastUsedIp: "127.0.0.1" });
    expect(read.text).not.toContain("aut_");
    expect((await call("GET", "/tokens", admin.token)).body).toContainEqual(read.body);
    server.clock.advance(dayMs);
    expectError(await grant(token), "UNAUTHORIZED");
    const listIds = async (): Promise<unknown[]> =>
      (await server.database.query("select id from automation_tokens")).map(({ id }) => id);
    server.clock.advance(89 * dayMs);
    await removeExpired(server.deps);
    expect(await listIds()).toContain(shown.id);
    server.clock.advance(2 * dayMs);
    await removeExpired(server.deps);
    expect(await listIds()).not.toContain(shown.id);
  });
});
