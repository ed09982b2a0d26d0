import { renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SinkLocation } from "../support/read-sink.ts";
import { type RestartableServer, startRestartableServer } from "../support/restartable-server.ts";
import { type SinkConsumer, startSinkConsumer } from "../support/sink-consumer.ts";

// These tests check the tools that the crash tests of rotations use.

interface Key {
  readonly id: string;
  readonly clientSecret: string;
}

let server: RestartableServer;
let consumer: SinkConsumer;
let directory: string | undefined;
let key: Key;

async function call(path: string, json?: object): Promise<Key> {
  const response = await fetch(`${server.url}/external/v1/auth${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}`, ...(json && { "content-type": "application/json" }) },
    ...(json && { body: JSON.stringify(json) }),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json() as Promise<Key>;
}

function write({ path, variable }: SinkLocation, secret: string): void {
  writeFileSync(`${path}.new`, variable === undefined ? secret : `FIRST=1\n${variable}='${secret}'\nLAST=1\n`);
  renameSync(`${path}.new`, path);
}

beforeAll(async () => {
  [server, directory] = await Promise.all([startRestartableServer(), mkdtemp(join(tmpdir(), "briksync-sinks-"))]);
  consumer = startSinkConsumer();
});
afterAll(async () => {
  await consumer?.end();
  await server?.stop();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  key = await call("/keys", { name: "CRM Integration" });
});

describe.each<[string, string | undefined]>([
  ["a file", undefined],
  ["a dotenv file", "API_SECRET"],
])("the consumer of %s", (_, variable) => {
  const location = (): SinkLocation => ({
    path: join(directory ?? "", key.id),
    ...(variable !== undefined && { variable }),
  });

  it("polls every 10 ms, and the server accepts the sink's secret", async () => {
    write(location(), key.clientSecret);
    const watch = await consumer.watch(server.url, location());
    await sleep(1000);
    const { polls, accepted, ...rest } = await watch.stop();
    expect(rest).toEqual({ unavailable: 0, stale: 0, refusals: [] });
    expect(polls).toBe(accepted);
    // A busy machine polls less often, but no machine polls more often.
    expect(polls).toBeGreaterThan(10);
    expect(polls).toBeLessThan(120);
  });

  it("records when a secret was refused before the new one was in the sink", async () => {
    write(location(), key.clientSecret);
    const watch = await consumer.watch(server.url, location());
    const startMs = Date.now();
    const { clientSecret } = await call(`/keys/${key.id}/rotate`);
    await sleep(500);
    write(location(), clientSecret);
    await sleep(500);
    const { refusals } = await watch.stop();
    expect(refusals.length).toBeGreaterThan(2);
    for (const { atMs, ...refusal } of refusals) {
      const secretEnd = key.clientSecret.slice(-8);
      expect(refusal).toEqual({ status: 401, type: "INVALID_CREDENTIALS", secretEnd });
      expect(atMs).toBeGreaterThanOrEqual(startMs);
      expect(atMs).toBeLessThanOrEqual(Date.now());
    }
  });

  it("records that a sink contains no secret", async () => {
    write(location(), key.clientSecret);
    const watch = await consumer.watch(server.url, location());
    rmSync(location().path);
    await sleep(500);
    const { refusals } = await watch.stop();
    expect(refusals[0]).toMatchObject({ status: null, type: null, secretEnd: null });
  });
});

describe("the restartable server", () => {
  it("restarts on the same port with its data, and refuses no secret", async () => {
    const location = { path: join(directory ?? "", key.id) };
    write(location, key.clientSecret);
    const watch = await consumer.watch(server.url, location);
    const { starts } = server;
    await Promise.all([server.killAndRestart(), server.killAndRestart()]);
    expect(server.starts).toBe(starts + 1);
    await sleep(500);
    const { refusals, unavailable, accepted } = await watch.stop();
    expect(refusals).toEqual([]);
    expect(unavailable).toBeGreaterThan(0);
    expect(accepted).toBeGreaterThan(1);
    expect((await call(`/keys/${key.id}/rotate`)).clientSecret).toMatch(/^sec_/);
  }, 120_000);
});
