import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { Admin, PrintedKey } from "./admin.ts";
import { cliPath } from "./cli-process.ts";
import { type Fault, type FaultProxy, type ProxiedRequest, type ProxyPlan, startFaultProxy } from "./fault-proxy.ts";
import { useAdmin, useServer } from "./lifetimes.ts";
import type { TestServer } from "./server-process.ts";
import { type SinkConsumer, type SinkWatch, startSinkConsumer } from "./sink-consumer.ts";

export const pass: Fault = { kind: "pass" };
export const loseRequest: Fault = { kind: "cut-request", afterBytes: 0 };

/** Returns the method and the last part of the path of a request, such as `POST renew`. */
export function nameStep({ method, path: asked }: ProxiedRequest): string {
  return `${method} ${asked.split(/[/?]/).at(-1)}`;
}

/** The calls of a rotation without faults, in their order. */
export const rotationCalls = [
  "GET keys",
  "GET rotations",
  "POST rotate",
  "POST renew",
  "POST renew",
  "GET verify",
  "GET rotations",
  "POST renew",
  "POST finish",
];
export const steps = rotationCalls.map((name, index) => ({ name, index }));

/** A key with its secret in a file, and a proxy that disturbs the rotations that run through it. */
export interface DisturbedRotation {
  readonly server: TestServer;
  readonly admin: Admin;
  readonly proxy: FaultProxy;
  readonly key: PrintedKey;
  /** The file that holds the secret of the key. */
  readonly path: string;
  /** The number of the running test. */
  readonly number: number;
  /** What the proxy does. A test may replace it. */
  plan: ProxyPlan;
  /** Returns the arguments of a rotation of the key to the file. */
  listArguments(...more: string[]): string[];
  /** Returns the variables of a run whose calls pass through the proxy. */
  throughProxy(): Record<string, string>;
  /** Runs a command line in a shell, as a user who copied it would. */
  runInShell(line: string): Promise<{ readonly exitCode: number; readonly stderr: string }>;
}

/**
 * Starts a server for all tests of a file, and creates a key and a proxy for each test. Checks after each test that the
 * server never refused the secret in the file.
 */
export function useDisturbedRotation(): DisturbedRotation {
  const server = useServer({
    ROTATION_LEASE_SECONDS: "2",
    RATE_LIMIT_PER_MINUTE: "100000000",
    RATE_LIMIT_BURST: "100000000",
    MANAGEMENT_RATE_LIMIT_BURST: "100000000",
  });
  const admin = useAdmin(server);
  let bin: string;
  let consumer: SinkConsumer;
  let watch: SinkWatch;
  let number = 0;

  const listArguments = (...more: string[]): string[] => [
    ...["keys", "rotate", rotation.key.clientId, "--to", `file:${rotation.path}`],
    ...more,
  ];
  const throughProxy = (): Record<string, string> => ({ ...admin.env, BRIKSYNC_SERVER: rotation.proxy.url });

  function runInShell(line: string): Promise<{ exitCode: number; stderr: string }> {
    const env = { ...throughProxy(), PATH: `${bin}:${admin.env["PATH"]}` };
    return new Promise((resolve) => {
      const child = execFile("/bin/sh", ["-c", line], { env, timeout: 20_000 }, (_, __, stderr) =>
        resolve({ exitCode: child.exitCode ?? -1, stderr }),
      );
      child.stdin?.end();
    });
  }

  const plan: ProxyPlan = { decide: () => pass };
  const shared = { server, admin, plan, listArguments, throughProxy, runInShell };
  // The hooks below set the rest before each test.
  const rotation = shared as typeof shared & DisturbedRotation;

  beforeAll(async () => {
    consumer = startSinkConsumer();
    bin = join(admin.directory, "bin");
    await mkdir(bin);
    await writeFile(join(bin, "briksync"), `#!/bin/sh\nexec "${process.execPath}" "${cliPath}" "$@"\n`);
    await chmod(join(bin, "briksync"), 0o755);
  });
  afterAll(async () => {
    await consumer?.end();
  });
  beforeEach(async () => {
    number += 1;
    const path = join(admin.directory, `key-${number}`);
    const created = await admin.run(["keys", "create", `Key ${number}`, "--to", `file:${path}`, "-o", "json"]);
    const key: PrintedKey = JSON.parse(created.stdout);
    const proxy = await startFaultProxy(server.url, {
      decide: (request) => rotation.plan.decide(request),
      beforeResponse: (request) => rotation.plan.beforeResponse?.(request),
    });
    Object.assign(rotation, { number, path, key, proxy, plan: { decide: () => pass } });
    watch = await consumer.watch(server.url, { path });
  });
  afterEach(async () => {
    const { refusals, accepted } = await watch.stop();
    await rotation.proxy.stop();
    expect(refusals).toEqual([]);
    expect(accepted).toBeGreaterThan(0);
  });
  return rotation;
}
