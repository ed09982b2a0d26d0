import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type PrintedKey, presentSecret } from "./support/admin.ts";
import { cliPath, spawnCli, waitForEnd } from "./support/cli-process.ts";
import { isRunning } from "./support/fake-program.ts";
import {
  type Fault,
  type FaultProxy,
  type ProxiedRequest,
  type ProxyPlan,
  startFaultProxy,
} from "./support/fault-proxy.ts";
import { useAdmin, useServer, useTerminal } from "./support/lifetimes.ts";
import { listSecrets, readResumeLine, readStanding, settled } from "./support/rotation.ts";
import { type SinkConsumer, type SinkWatch, startSinkConsumer } from "./support/sink-consumer.ts";

const server = useServer({
  ROTATION_LEASE_SECONDS: "2",
  RATE_LIMIT_PER_MINUTE: "100000000",
  RATE_LIMIT_BURST: "100000000",
  MANAGEMENT_RATE_LIMIT_BURST: "100000000",
});
let proxy: FaultProxy;
const admin = useAdmin(server);
let key: PrintedKey;
let path: string;
let bin: string;
let consumer: SinkConsumer;
let watch: SinkWatch;
let plan: ProxyPlan = { decide: () => pass };
let keys = 0;

const pass: Fault = { kind: "pass" };
const loseRequest: Fault = { kind: "cut-request", afterBytes: 0 };

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
  keys += 1;
  path = join(admin.directory, `key-${keys}`);
  const created = await admin.run(["keys", "create", `Key ${keys}`, "--to", `file:${path}`, "-o", "json"]);
  key = JSON.parse(created.stdout);
  plan = { decide: () => pass };
  proxy = await startFaultProxy(server.url, {
    decide: (request) => plan.decide(request),
    beforeAnswer: (request) => plan.beforeAnswer?.(request),
  });
  watch = await consumer.watch(server.url, { path });
});
// Whatever is done to the run, the secret in the sink is never refused.
afterEach(async () => {
  const { refusals, accepted } = await watch.stop();
  await proxy.stop();
  expect(refusals).toEqual([]);
  expect(accepted).toBeGreaterThan(0);
});

function listArguments(...more: string[]): string[] {
  return ["keys", "rotate", key.clientId, "--to", `file:${path}`, ...more];
}

function throughProxy(): Record<string, string> {
  return { ...admin.env, BRIKSYNC_SERVER: proxy.url };
}

/** Kills a run when the server is about to do a step, or has just done it. */
async function runKilled(when: string, index: number): Promise<void> {
  const child = spawnCli(listArguments(), { env: throughProxy() });
  const kill = (): boolean => child.process.kill("SIGKILL");
  plan = {
    decide: (request) => (when === "before" && request.index === index && kill() ? loseRequest : pass),
    beforeAnswer: (request) => void (when === "after" && request.index === index && kill()),
  };
  expect(await waitForEnd(child, 30_000)).toMatchObject({ signal: "SIGKILL" });
  plan = { decide: () => pass };
}

/** `POST renew` for a request's line. */
function nameStep({ method, path: asked }: ProxiedRequest): string {
  return `${method} ${asked.split(/[/?]/).at(-1)}`;
}

/** Runs a line as a person who copied it would. */
function runInShell(line: string) {
  const env = { ...throughProxy(), PATH: `${bin}:${admin.env["PATH"]}` };
  return new Promise<{ exitCode: number; stderr: string }>((resolve) => {
    const child = execFile("/bin/sh", ["-c", line], { env, timeout: 20_000 }, (_, __, stderr) =>
      resolve({ exitCode: child.exitCode ?? -1, stderr }),
    );
    child.stdin?.end();
  });
}

/** What a rotation asks, in its order, as a run without a fault shows. */
const course = [
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
const steps = course.map((name, index) => ({ name, index }));
const places = steps.flatMap((step) => ["before", "after"].map((when) => ({ ...step, when })));

describe("C-09 a rotation with destinations", () => {
  it("makes the calls that the tests below interrupt", async () => {
    const before = await readFile(path, "utf8");
    expect(await admin.run(listArguments(), { env: throughProxy() })).toMatchObject({ exitCode: 0 });
    expect(proxy.requests.map(nameStep)).toEqual(course);
    expect(await presentSecret(server, before)).toBe(401);
    expect(await readStanding(server, admin, key.id, path)).toEqual(settled);
  });

  it.each(places)("killed $when the server did $name ($index), is resumed by the next run", async ({ when, index }) => {
    await runKilled(when, index);
    const left = await listSecrets(admin, key.id);
    const rerun = await admin.run(listArguments(), { env: throughProxy() });
    expect(rerun).toMatchObject({ exitCode: 0 });
    const hasBegun = index > 2 || (index === 2 && when === "after");
    const isFinished = index === 8 && when === "after";
    if (isFinished) expect(rerun.stderr).toContain("the earlier run finished the rotation");
    else if (hasBegun) expect(rerun.stderr).toMatch(/Resuming the rotation of "Key \d+" that started just now/);
    // It is the very same secret that the killed run made.
    const [current] = await listSecrets(admin, key.id);
    if (hasBegun) expect(left.map(({ id }) => id)).toContain(current?.id);
    expect(await readStanding(server, admin, key.id, path)).toEqual(settled);
  });

  const begun = places.filter(({ when, index }) => when === "after" && [2, 4, 8].includes(index));
  it.each(begun)("killed $when the server did $name ($index), is started again elsewhere", async ({ when, index }) => {
    await runKilled(when, index);
    const elsewhere = { ...admin.env, BRIKSYNC_CONFIG_DIR: join(admin.directory, `other-${keys}`) };
    const rerun = await admin.run(listArguments(), { env: elsewhere });
    expect(rerun).toMatchObject({ exitCode: 0 });
    expect(await readStanding(server, admin, key.id, path)).toEqual(settled);
  });
});

describe("C-09 a rotation whose network is lost", () => {
  it("completes after the loss of one message, at any byte", async () => {
    const faults = fc.record({
      index: fc.integer({ min: 1, max: course.length - 1 }),
      kind: fc.constantFrom("cut-request" as const, "cut-answer" as const),
      afterBytes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1200 })),
    });
    await fc.assert(
      fc.asyncProperty(faults, async ({ index, ...fault }) => {
        const first = proxy.requests.length;
        plan = { decide: (request) => (request.index === first + index ? fault : pass) };
        const run = await admin.run(listArguments(), { env: throughProxy() });
        expect(run, run.stderr).toMatchObject({ exitCode: 0 });
        expect(await readStanding(server, admin, key.id, path)).toEqual(settled);
      }),
      { numRuns: 10 },
    );
  }, 120_000);

  it.each(steps)("from $name ($index) on, reports the state and how to resume", async ({ index }) => {
    plan = {
      decide: (request) => {
        if (request.index < index) return pass;
        return request.index === index ? { kind: "cut-answer", afterBytes: 0 } : loseRequest;
      },
    };
    const cut = await admin.run(listArguments("--timeout", "2"), { env: throughProxy() });
    expect(cut).toMatchObject({ exitCode: 8, stdout: "" });
    plan = { decide: () => pass };
    if (index === 0) {
      expect(cut.stderr).not.toContain("To resume");
      return;
    }
    const isSaid =
      /The secret of "Key \d+" still works|The old and the new secret of|The old secret may or may not work/;
    expect(cut.stderr).toMatch(isSaid);
    expect(await runInShell(readResumeLine(cut.stderr))).toMatchObject({ exitCode: 0 });
    expect(await readStanding(server, admin, key.id, path)).toEqual(settled);
  });
});

describe("C-08 Ctrl-C during a rotation", () => {
  it.each(steps)("at $name ($index), reports the state, and the printed command resumes", async ({ index }) => {
    const isReached = new Promise<void>((resolve) => {
      plan = {
        decide(request) {
          if (request.index !== index) return pass;
          resolve();
          return new Promise((release) => setTimeout(() => release(loseRequest), 2000));
        },
      };
    });
    const terminal = useTerminal(listArguments(), { env: throughProxy(), columns: 300 });
    await isReached;
    terminal.pressCtrlC();
    expect((await terminal.waitForExit(20_000)).exitCode).toBe(130);
    plan = { decide: () => pass };
    expect(terminal.text).toContain("error: Interrupted.");
    if (index < 2) return;
    const resume = readResumeLine(terminal.text);
    expect(resume).toBe(`briksync keys rotate ${key.clientId} --to file:${path}`);
    expect(await runInShell(resume)).toMatchObject({ exitCode: 0 });
    expect(await readStanding(server, admin, key.id, path)).toEqual(settled);
  });

  it("also ends a running delivery, and says that the destination may have either secret", async () => {
    const mark = join(admin.directory, `at-work-${keys}`);
    const slow = `exec:cat > /dev/null; echo $$ > ${mark}; sleep 30; echo done`;
    const args = ["keys", "rotate", key.name, "--to", `file:${path}`, "--to", slow];
    const terminal = useTerminal(args, { env: admin.env, columns: 300 });
    await expect.poll(() => existsSync(mark) && readFileSync(mark, "utf8") !== "", { timeout: 20_000 }).toBe(true);
    terminal.pressCtrlC();
    expect((await terminal.waitForExit(20_000)).exitCode).toBe(130);
    expect(terminal.text).toContain(`The old and the new secret of "${key.name}" both work (rotation `);
    expect(terminal.text).toContain(`Delivered to the file ${path}.`);
    expect(terminal.text).toContain(
      "The delivery to the command cat … failed. It may contain the old or the new secret.",
    );
    const resume = `briksync keys rotate '${key.name}' --to file:${path} --to '${slow}'`;
    expect(readResumeLine(terminal.text)).toBe(resume);
    await expect.poll(() => isRunning(Number(readFileSync(mark, "utf8")))).toBe(false);
  });

  it("says during a wait that nothing was changed", async () => {
    const other = await admin.run(["keys", "rotate", key.clientId, "--staged", "-o", "json"]);
    const { rotationId } = JSON.parse(other.stdout);
    const renew = (): Promise<Response> =>
      fetch(`${server.url}/external/v1/auth/keys/${key.id}/rotations/${rotationId}/renew`, {
        method: "POST",
        headers: { authorization: `Bearer ${admin.token}` },
      });
    const renewing = setInterval(() => void renew().catch(() => {}), 400);
    const terminal = useTerminal(listArguments(), { env: admin.env, columns: 300 });
    try {
      await terminal.waitFor("Waiting for rotation ");
      terminal.pressCtrlC();
      expect((await terminal.waitForExit(20_000)).exitCode).toBe(130);
      expect(terminal.text).toContain("Nothing was changed.");
    } finally {
      clearInterval(renewing);
      terminal.kill();
    }
  });

  it("has the same effect as SIGTERM, with which CI systems end jobs", async () => {
    plan = {
      decide: (request) =>
        nameStep(request) === "GET verify" ? new Promise((release) => setTimeout(() => release(pass), 3000)) : pass,
    };
    const child = spawnCli(listArguments(), { env: throughProxy() });
    const isAtVerify = (): boolean => proxy.requests.some((request) => nameStep(request) === "GET verify");
    await expect.poll(isAtVerify, { timeout: 20_000 }).toBe(true);
    child.process.kill("SIGTERM");
    expect(await waitForEnd(child, 20_000)).toMatchObject({ exitCode: 130 });
    expect(await child.texts.stderr).toContain("To resume, run: briksync keys rotate");
  });
});
