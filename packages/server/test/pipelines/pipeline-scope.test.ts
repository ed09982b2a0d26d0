import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTokenInput } from "../support/automation-tokens.ts";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createTestKey } from "../support/keys.ts";
import { fillPath, operations } from "../support/operations.ts";
import { createSignedIn } from "../support/people.ts";
import { usePipelines } from "../support/pipelines.ts";
import { listAuditedChanges, readState } from "../support/state-of-tables.ts";

/** Operations that a pipeline may call for its own key. */
const granted = [
  "listKeys",
  "getKey",
  "rotateKey",
  "listRotations",
  "finishRotation",
  "abortRotation",
  "renewRotation",
  "getGrant",
];

describe("I-02 a pipeline", () => {
  const pipelines = usePipelines();

  async function createRun(): Promise<string> {
    return pipelines.startRun((await pipelines.createTrust()).id);
  }
  async function createToken(): Promise<string> {
    const { admin, key } = pipelines;
    return (await pipelines.call("POST", "/tokens", admin.token, createTokenInput([key.id]))).body.token;
  }
  const kinds: [string, () => Promise<string>][] = [
    ["run", createRun],
    ["automation token", createToken],
  ];

  const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../openapi.json"), "utf8")) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
    })),
  );

  function send(id: string, token: string, parameters: Record<string, string>, json?: unknown): Promise<HttpResponse> {
    const found = documented.find((operation) => operation.id === id);
    const { body, isForm } = operations.find((operation) => operation.id === id) ?? {};
    const { method = "GET", path = "" } = found ?? {};
    const payload =
      isForm === true
        ? {
            body: new URLSearchParams(body as Record<string, string>).toString(),
            headers: { "content-type": "application/x-www-form-urlencoded" },
          }
        : { json: json ?? body };
    return pipelines.server.call(method, fillPath(path, parameters), { token, ...payload });
  }

  it("has each operation of the OpenAPI document in the table of the tests", () => {
    expect(operations.map(({ id }) => id).sort()).toEqual(documented.map(({ id }) => id).sort());
  });

  /** Operations that need no session, with the statuses they return for a pipeline's token. */
  const open: Readonly<Record<string, readonly number[]>> = {
    getHealth: [200],
    getReadiness: [200],
    signIn: [401],
    getSignInMethods: [200],
    startDeviceSignIn: [200],
    refreshSession: [401],
    exchangeToken: [401],
    explainToken: [200],
    verify: [401],
    runJob: [404],
    receiveStripeEvent: [404],
  };

  it.each(kinds)("(%s) gets SCOPE_DENIED from every operation that its grant does not list", async (_, create) => {
    const token = await create();
    const before = await readState(pipelines.server.database);
    for (const { id } of documented) {
      if (granted.includes(id)) continue;
      const response = await send(id, token, { id: pipelines.key.id });
      if (id in open) expect(open[id], `${id} ${response.text}`).toContain(response.status);
      else expectError(response, "SCOPE_DENIED");
    }
    const after = await readState(pipelines.server.database);
    expect(listAuditedChanges(before, after)).toEqual([]);
  });

  it.each(kinds)(
    "(%s) gets the same response for every key outside its grant, whether it exists or not",
    async (_, create) => {
      const token = await create();
      const { server, admin } = pipelines;
      const own = await createTestKey(server, admin.token);
      const foreign = await createTestKey(server, (await createSignedIn(server)).token);
      for (const id of granted.filter((name) => !["listKeys", "getGrant"].includes(name))) {
        const texts = new Set<string>();
        for (const keyId of [own.id, foreign.id, "00000000-0000-4000-8000-000000000000", "x"]) {
          const body = id === "rotateKey" ? { mode: "staged" } : undefined;
          const response = await send(id, token, { id: keyId }, body);
          expectError(response, "SCOPE_DENIED");
          texts.add(response.text.replace(String(response.headers["x-request-id"]), ""));
        }
        expect(texts.size, id).toBe(1);
      }
    },
  );

  it.each(kinds)("(%s) rotates its own key in stages, and sees no other key", async (_, create) => {
    const token = await create();
    const { key, admin, call } = pipelines;
    await createTestKey(pipelines.server, admin.token);
    const list = await call("GET", "/keys", token);
    expect(list.body.map(({ id }: { id: string }) => id)).toEqual([key.id]);
    expect((await call("GET", `/keys/${key.id}`, token)).status).toBe(200);
    const started = await call("POST", `/keys/${key.id}/rotate`, token, { mode: "staged" });
    expect(started.status, started.text).toBe(200);
    const rotation = `/keys/${key.id}/rotations/${started.body.rotationId}`;
    const renewed = await call("POST", `${rotation}/renew`, token);
    expect(renewed.status).toBe(200);
    const shown = await call("GET", `/keys/${key.id}/rotations`, token);
    expect(shown.body[1].createdBy).toMatch(/^(trust|automation token) Rotate$/);
    const finished = await call("POST", `${rotation}/finish`, token, { leaseExpiresOn: renewed.body.leaseExpiresOn });
    expect(finished.status, finished.text).toBe(200);
    const again = await call("POST", `/keys/${key.id}/rotate`, token, { mode: "staged" });
    const aborted = await call("POST", `/keys/${key.id}/rotations/${again.body.rotationId}/abort`, token);
    expect(aborted.status).toBe(204);
    const { body: events } = await call("GET", `/audit?keyId=${key.id}&limit=1`, admin.token);
    expect(events[0]).toMatchObject({ action: "key.rotation_aborted", actorEmail: null });
    expect(["trust", "token"]).toContain(events[0].actorKind);
    expect(events[0].actorId).toBe((await call("GET", "/grant", token)).body.id);
  });

  it.each(kinds)("(%s) cannot rotate immediately, take over, or change rotations of others", async (_, create) => {
    const token = await create();
    const { key, admin, call } = pipelines;
    for (const body of [{}, { graceSeconds: 60 }, { mode: "immediate" }, { mode: "staged", takeOver: true }]) {
      expectError(await call("POST", `/keys/${key.id}/rotate`, token, body), "SCOPE_DENIED");
    }
    expectError(await call("POST", `/keys/${key.id}/rotate`, token), "SCOPE_DENIED");
    const { body } = await call("POST", `/keys/${key.id}/rotate`, admin.token, { mode: "staged" });
    const rotation = `/keys/${key.id}/rotations/${body.rotationId}`;
    for (const verb of ["renew", "finish", "abort"]) {
      expectError(await call("POST", `${rotation}/${verb}`, token), "SCOPE_DENIED");
    }
    expectError(await call("POST", `${rotation}/abort`, token, { force: true }), "SCOPE_DENIED");
    expect((await call("POST", `${rotation}/abort`, admin.token)).status).toBe(204);
    const { body: own } = await call("POST", `/keys/${key.id}/rotate`, token, { mode: "staged" });
    const ownRotation = `/keys/${key.id}/rotations/${own.rotationId}`;
    expectError(await call("POST", `${ownRotation}/finish`, token, { takeOver: true }), "SCOPE_DENIED");
    expect((await call("POST", `${ownRotation}/abort`, token)).status).toBe(204);
  });

  it("continues a rotation with the token of another run of the same trust, but not of another trust", async () => {
    const { key, call, createTrust, startRun } = pipelines;
    const trust = await createTrust();
    const headers = { "idempotency-key": "pipeline-run-1" };
    const json = { mode: "staged" };
    const path = `/external/v1/auth/keys/${key.id}/rotate`;
    const first = await pipelines.server.call("POST", path, { token: await startRun(trust.id), json, headers });
    const second = await startRun(trust.id);
    const replayed = await pipelines.server.call("POST", path, { token: second, json, headers });
    expect(replayed.body).toEqual(first.body);
    const rotation = `/keys/${key.id}/rotations/${first.body.rotationId}`;
    const stranger = await startRun((await createTrust()).id);
    expectError(await call("POST", `${rotation}/renew`, stranger), "SCOPE_DENIED");
    expect((await call("POST", `${rotation}/abort`, second)).status).toBe(204);
  });

  it("is not a user for getGrant, and a user is not a pipeline", async () => {
    expectError(await pipelines.call("GET", "/grant", pipelines.admin.token), "FORBIDDEN");
    expectError(await pipelines.call("GET", "/me", await createRun()), "SCOPE_DENIED");
    expectError(await pipelines.server.call("GET", "/external/v1/auth/grant"), "UNAUTHORIZED");
    for (const token of [
      `run_${"0".repeat(48)}`,
      "run_x",
      `aut_${"0".repeat(48)}`,
      (await createRun()).toUpperCase(),
    ]) {
      expectError(await pipelines.call("GET", "/grant", token), "UNAUTHORIZED");
    }
  });
});
