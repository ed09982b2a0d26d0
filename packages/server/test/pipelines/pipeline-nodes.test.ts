import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTokenInput } from "../support/automation-tokens.ts";
import { expectError } from "../support/expect-error.ts";
import { createHttpClient, type HttpClient } from "../support/http-client.ts";
import { createTestKey, type TestKey } from "../support/keys.ts";
import { openDependencies } from "../support/open-dependencies.ts";
import { createPerson, type SignedIn, signInPerson } from "../support/people.ts";
import { createTestTrust, exchange, type Issuers, listIssuers, startIssuers } from "../support/pipelines.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { sampleClaims } from "../support/workload-claims.ts";

const auth = "/external/v1/auth";

describe("I-03 on two nodes of one database", () => {
  const cleanUps: (() => Promise<unknown> | unknown)[] = [];
  let issuers: Issuers;
  let one: HttpClient;
  let other: HttpClient;
  let admin: SignedIn;
  let key: TestKey;

  beforeAll(async () => {
    issuers = await startIssuers((cleanUp) => void cleanUps.push(cleanUp));
    const database = await createTestDatabase();
    cleanUps.push(() => database.remove());
    const env = { ...database.env, ...listIssuers(issuers), LOG_LEVEL: "error" };
    const nodes: ServerProcess[] = await Promise.all([spawnServer(env), spawnServer(env)]);
    const deps = await openDependencies(env);
    const clients = nodes.map(({ url }) => createHttpClient(url));
    [one, other] = clients as [HttpClient, HttpClient];
    cleanUps.push(
      () => deps.store.close(),
      ...nodes.map((node) => () => node.stop()),
      ...clients.map((client) => () => client.close()),
    );
    admin = await signInPerson(one, await createPerson(deps));
    key = await createTestKey(one, admin.token);
  });
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });

  const createTrust = () => createTestTrust(one, admin.token, issuers, "github", { keyIds: [key.id] });
  const sign = (): Promise<string> => issuers.github.sign(sampleClaims.github.claims);
  const getGrant = (client: HttpClient, token: string) => client.call("GET", `${auth}/grant`, { token });

  async function startRun(client: HttpClient, trustId: string): Promise<string> {
    const { status, body, text } = await exchange(client, trustId, await sign());
    expect(status, text).toBe(200);
    return body.access_token;
  }

  it("I-01 exactly one of fifty concurrent calls exchanges a platform's token", async () => {
    const { id } = await createTrust();
    for (let round = 0; round < 3; round++) {
      const token = await sign();
      const responses = await Promise.all(
        Array.from({ length: 50 }, (_, index) => exchange(index % 2 === 0 ? one : other, id, token)),
      );
      expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const response of responses) if (response.status !== 200) expectError(response, "ASSERTION_REPLAYED");
    }
  });

  it("I-01 a job ends with the next call when its trust is removed or disabled", async () => {
    for (const [method, verb, status] of [
      ["DELETE", "", 204],
      ["POST", "/disable", 200],
    ] as const) {
      const { id } = await createTrust();
      const token = await startRun(one, id);
      const started = await other.call("POST", `${auth}/keys/${key.id}/rotate`, { token, json: { mode: "staged" } });
      expect(started.status, started.text).toBe(200);
      const ended = await one.call(method, `${auth}/trusts/${id}${verb}`, { token: admin.token });
      expect(ended.status).toBe(status);
      const rotation = `${auth}/keys/${key.id}/rotations/${started.body.rotationId}`;
      for (const client of [other, one]) {
        expectError(await client.call("POST", `${rotation}/finish`, { token }), "UNAUTHORIZED");
        expectError(await getGrant(client, token), "UNAUTHORIZED");
        expectError(await exchange(client, id, await sign()), "TRUST_DENIED");
      }
      // The rotation remains for the admin.
      expect((await one.call("POST", `${rotation}/abort`, { token: admin.token, json: { force: true } })).status).toBe(
        204,
      );
    }
  });

  it("a trust that is enabled again issues tokens on both nodes, and its old tokens stay invalid", async () => {
    const { id } = await createTrust();
    const token = await startRun(one, id);
    await one.call("POST", `${auth}/trusts/${id}/disable`, { token: admin.token });
    await other.call("POST", `${auth}/trusts/${id}/enable`, { token: admin.token });
    for (const client of [one, other]) {
      expectError(await getGrant(client, token), "UNAUTHORIZED");
      expect((await getGrant(client, await startRun(client, id))).status).toBe(200);
    }
  });

  it("an automation token ends on both nodes when it is revoked or its successor is used", async () => {
    const json = createTokenInput([key.id]);
    const { body: first } = await one.call("POST", `${auth}/tokens`, { token: admin.token, json });
    expect((await getGrant(other, first.token)).status).toBe(200);
    const { body: next } = await other.call("POST", `${auth}/tokens/${first.id}/rotate`, { token: admin.token });
    expect((await getGrant(one, first.token)).status).toBe(200);
    expect((await getGrant(one, next.token)).status).toBe(200);
    expectError(await getGrant(other, first.token), "UNAUTHORIZED");
    await one.call("POST", `${auth}/tokens/${first.id}/revoke`, { token: admin.token });
    for (const client of [one, other]) expectError(await getGrant(client, next.token), "UNAUTHORIZED");
  });
});
