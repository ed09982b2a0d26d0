import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { spawnCli, waitForEnd } from "../support/cli-process.ts";
import {
  loseRequest,
  nameStep,
  pass,
  rotationCalls,
  steps,
  useDisturbedRotation,
} from "../support/disturbed-rotation.ts";
import { listSecrets, readResumeLine, readRotationState, settled } from "../support/rotation.ts";

const rotation = useDisturbedRotation();
const { server, admin } = rotation;
const moments = steps.flatMap((step) => ["before", "after"].map((when) => ({ ...step, when })));

/** Kills a run right before or after the server executes a step. */
async function runKilled(when: string, index: number): Promise<void> {
  const child = spawnCli(rotation.listArguments(), { env: rotation.throughProxy() });
  const kill = (): boolean => child.process.kill("SIGKILL");
  rotation.plan = {
    decide: (request) => (when === "before" && request.index === index && kill() ? loseRequest : pass),
    beforeResponse: (request) => void (when === "after" && request.index === index && kill()),
  };
  expect(await waitForEnd(child, 30_000)).toMatchObject({ signal: "SIGKILL" });
  rotation.plan = { decide: () => pass };
}

describe("C-09 a rotation with destinations", () => {
  it("makes the calls that the tests below interrupt", async () => {
    const before = await readFile(rotation.path, "utf8");
    expect(await admin.run(rotation.listArguments(), { env: rotation.throughProxy() })).toMatchObject({ exitCode: 0 });
    expect(rotation.proxy.requests.map(nameStep)).toEqual(rotationCalls);
    expect(await presentSecret(server, before)).toBe(401);
    expect(await readRotationState(server, admin, rotation.key.id, rotation.path)).toEqual(settled);
  });

  it.each(moments)(
    "killed $when the server did $name ($index), is resumed by the next run",
    async ({ when, index }) => {
      await runKilled(when, index);
      const left = await listSecrets(admin, rotation.key.id);
      const rerun = await admin.run(rotation.listArguments(), { env: rotation.throughProxy() });
      expect(rerun).toMatchObject({ exitCode: 0 });
      const hasStarted = index > 2 || (index === 2 && when === "after");
      const isFinished = index === 8 && when === "after";
      if (isFinished) expect(rerun.stderr).toContain("the earlier run finished the rotation");
      else if (hasStarted) expect(rerun.stderr).toMatch(/Resuming the rotation of "Key \d+" that started just now/);
      // The rerun continues with the secret of the killed run.
      const [current] = await listSecrets(admin, rotation.key.id);
      if (hasStarted) expect(left.map(({ id }) => id)).toContain(current?.id);
      expect(await readRotationState(server, admin, rotation.key.id, rotation.path)).toEqual(settled);
    },
  );

  const started = moments.filter(({ when, index }) => when === "after" && [2, 4, 8].includes(index));
  it.each(started)(
    "killed $when the server did $name ($index), is started again on another machine",
    async ({ when, index }) => {
      await runKilled(when, index);
      const otherMachine = { ...admin.env, BRIKSYNC_CONFIG_DIR: join(admin.directory, `other-${rotation.number}`) };
      const rerun = await admin.run(rotation.listArguments(), { env: otherMachine });
      expect(rerun).toMatchObject({ exitCode: 0 });
      expect(await readRotationState(server, admin, rotation.key.id, rotation.path)).toEqual(settled);
    },
  );
});

describe("C-09 a rotation whose network is lost", () => {
  it("completes after the loss of one message, at any byte", async () => {
    const faults = fc.record({
      index: fc.integer({ min: 1, max: rotationCalls.length - 1 }),
      kind: fc.constantFrom("cut-request" as const, "cut-response" as const),
      afterBytes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1200 })),
    });
    await fc.assert(
      fc.asyncProperty(faults, async ({ index, ...fault }) => {
        const first = rotation.proxy.requests.length;
        rotation.plan = { decide: (request) => (request.index === first + index ? fault : pass) };
        const run = await admin.run(rotation.listArguments(), { env: rotation.throughProxy() });
        expect(run, run.stderr).toMatchObject({ exitCode: 0 });
        expect(await readRotationState(server, admin, rotation.key.id, rotation.path)).toEqual(settled);
      }),
      { numRuns: 10 },
    );
  }, 120_000);

  it.each(steps)("from $name ($index) on, reports the state and how to resume", async ({ index }) => {
    rotation.plan = {
      decide: (request) => {
        if (request.index < index) return pass;
        return request.index === index ? { kind: "cut-response", afterBytes: 0 } : loseRequest;
      },
    };
    const cut = await admin.run(rotation.listArguments("--timeout", "2"), { env: rotation.throughProxy() });
    expect(cut).toMatchObject({ exitCode: 8, stdout: "" });
    rotation.plan = { decide: () => pass };
    if (index === 0) {
      expect(cut.stderr).not.toContain("To resume");
      return;
    }
    const isSaid =
      /The secret of "Key \d+" still works|The old and the new secret of|The old secret may or may not work/;
    expect(cut.stderr).toMatch(isSaid);
    expect(await rotation.runInShell(readResumeLine(cut.stderr))).toMatchObject({ exitCode: 0 });
    expect(await readRotationState(server, admin, rotation.key.id, rotation.path)).toEqual(settled);
  });
});
