import { expect, it, onTestFinished } from "vitest";
import { findFreePort } from "../support/child-process.ts";
import { expectError } from "../support/expect-error.ts";
import { createHttpClient } from "../support/http-client.ts";
import { createTestKey } from "../support/keys.ts";
import { useDependencies, useTestDatabase } from "../support/lifetimes.ts";
import { createPerson, signInPerson } from "../support/people.ts";
import { createTestTrust, exchange, listIssuers, startIssuers } from "../support/pipelines.ts";
import { runCommand } from "../support/run-command.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { sampleClaims } from "../support/workload-claims.ts";

const auth = "/external/v1/auth";
const rounds = 2;
const jobsPerRound = 20;

it("S-50 after kill -9 during exchanges, every token was spent with its run and audit event, or not at all", async () => {
  const issuers = await startIssuers(onTestFinished);
  const database = await useTestDatabase();
  const port = await findFreePort();
  const env = { ...database.env, ...listIssuers(issuers), PORT: String(port), LOG_LEVEL: "error" };
  let server: ServerProcess = await spawnServer(env);
  onTestFinished(async () => void (await server.stop("SIGKILL")));
  const client = createHttpClient(`http://127.0.0.1:${port}`);
  onTestFinished(() => client.close());
  const person = await createPerson(await useDependencies(env));
  const admin = await signInPerson(client, person);
  const { id: keyId } = await createTestKey(client, admin.token);
  const trust = await createTestTrust(client, admin.token, issuers, "github", { keyIds: [keyId] });

  const returned = new Map<string, string>();
  const lost: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const jobs = Array.from({ length: jobsPerRound }, (_, index) => `${round}-${index}`);
    const tokens = await Promise.all(
      jobs.map((id) => issuers.github.sign({ ...sampleClaims.github.claims, run_id: id })),
    );
    let responses = 0;
    const sent = tokens.map(async (token) => {
      try {
        const { status, body, text } = await exchange(client, trust.id, token);
        expect(status, text).toBe(200);
        returned.set(token, body.access_token);
        // The server dies while other calls of the round wait, after a different number of them each time.
        responses += 1;
        if (responses === 3 + round * 5) server.child.kill("SIGKILL");
      } catch (error) {
        if (error instanceof Error && error.name === "AssertionError") throw error;
        lost.push(token);
      }
    });
    await Promise.all(sent);
    await server.exited();
    server = await spawnServer(env);
  }
  expect(returned.size).toBeGreaterThanOrEqual(rounds);
  expect(lost.length).toBeGreaterThanOrEqual(rounds);

  for (const [token, runToken] of returned) {
    const grant = await client.call("GET", `${auth}/grant`, { token: runToken });
    expect(grant.body).toMatchObject({ kind: "trust", id: trust.id });
    expectError(await exchange(client, trust.id, token), "ASSERTION_REPLAYED");
  }
  const [spent] = await database.query("select count(*) as count from spent_assertions");
  const [runs] = await database.query("select count(*) as count from run_tokens");
  const [logged] = await database.query("select count(*) as count from trust_events where outcome = 'allowed'");
  const [audited] = await database.query(
    "select count(*) as count from audit_events where action = 'trust.run_allowed'",
  );
  const counts = [spent, runs, logged, audited].map((row) => Number(row?.["count"]));
  expect(new Set(counts).size, `${counts}`).toBe(1);
  expect(counts[0]).toBeGreaterThanOrEqual(returned.size);
  expect(counts[0]).toBeLessThanOrEqual(returned.size + lost.length);

  // A token that was not spent still works. If it was spent, its job requests another token and continues.
  for (const token of lost) {
    const repeated = await exchange(client, trust.id, token);
    if (repeated.status === 200) continue;
    expectError(repeated, "ASSERTION_REPLAYED");
    const next = await exchange(client, trust.id, await issuers.github.sign(sampleClaims.github.claims));
    expect(next.status, next.text).toBe(200);
  }
  const verified = await runCommand(["audit", "verify"], env);
  expect(verified.stdout + verified.stderr).toContain("intact");
}, 120_000);
