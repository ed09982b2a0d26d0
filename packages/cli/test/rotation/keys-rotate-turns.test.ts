import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { type PrintedKey, presentSecret } from "../support/admin.ts";
import { type CliChild, spawnCli, waitForEnd, waitForStderr } from "../support/cli-process.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { useAdmin, useDirectory, useServer } from "../support/lifetimes.ts";
import { listSecrets, readRotationState, settled } from "../support/rotation.ts";

const leaseSeconds = 3;
const server = useServer({ ROTATION_LEASE_SECONDS: String(leaseSeconds) });
const admin = useAdmin(server);
let key: PrintedKey;
const directory = useDirectory(admin);
let keys = 0;

beforeEach(async () => {
  keys += 1;
  const created = await admin.run([
    "keys",
    "create",
    `Key ${keys}`,
    "--to",
    `file:${join(directory.path, "secret")}`,
    "-o",
    "json",
  ]);
  key = JSON.parse(created.stdout);
});

/** A destination that waits until the file `go` exists or the directory is removed. It creates `at-work` first. */
const slow = "exec:cat > slow; touch at-work; while [ -e at-work ] && [ ! -e go ]; do sleep 0.1; done";

function onOtherMachine(): Record<string, string> {
  return { ...admin.env, BRIKSYNC_CONFIG_DIR: join(directory.path, "elsewhere") };
}

function rotate(args: readonly string[], env: Readonly<Record<string, string>> = admin.env) {
  return admin.run(["keys", "rotate", key.clientId, "--to", "file:secret", ...args], {
    cwd: directory.path,
    env,
    timeoutMs: 80_000,
  });
}

async function startSlowly(env: Readonly<Record<string, string>> = admin.env): Promise<CliChild> {
  const args = ["keys", "rotate", key.clientId, "--to", slow, "--to", "file:secret"];
  const child = spawnCli(args, { cwd: directory.path, env });
  await expect.poll(() => existsSync(join(directory.path, "at-work"))).toBe(true);
  return child;
}

function releaseDelivery(): Promise<void> {
  return writeFile(join(directory.path, "go"), "");
}

function readState() {
  return readRotationState(server, admin, key.id, join(directory.path, "secret"));
}

describe("C-08 a second run during a rotation", () => {
  it("on another machine, waits, names the other run, and then continues", async () => {
    const first = await startSlowly();
    const second = spawnCli(["keys", "rotate", key.clientId, "--to", "file:secret"], {
      cwd: directory.path,
      env: onOtherMachine(),
    });
    await waitForStderr(second, "Waiting for rotation");
    // Wait longer than one lease, so that the first run has to renew it.
    await sleep(leaseSeconds * 1500);
    expect((await listSecrets(admin, key.id)).map(({ state }) => state)).toEqual(["current", "pending"]);
    await releaseDelivery();
    expect(await waitForEnd(first, 40_000)).toMatchObject({ exitCode: 0 });
    expect(await waitForEnd(second, 40_000)).toMatchObject({ exitCode: 0 });
    expect(await second.texts.stderr).toMatch(
      new RegExp(
        `^Waiting for rotation [0-9a-f-]{36}, which ${admin.email} started at .*Z\\. Its lease expires at .*Z unless it is renewed\\.`,
        "m",
      ),
    );
    expect(await first.texts.stderr).not.toContain("lost its lease");
    expect(await readState()).toEqual(settled);
  });

  it("on another machine, exits with 6 after the wait and names the other run", async () => {
    const first = await startSlowly();
    for (const wait of ["0", "1s"]) {
      const { exitCode, stderr } = await rotate(["--wait", wait, "-o", "json"], onOtherMachine());
      expect(exitCode).toBe(6);
      const { error } = JSON.parse(stderr);
      expect(error).toMatchObject({ type: "ROTATION_IN_PROGRESS", status: 409, exitCode: 6 });
      expect(error.message).toContain(`started by ${admin.email} at `);
      expect(error.details.join(" ")).toMatch(/rotationId: [0-9a-f-]{36} startedOn: .* startedBy: .* leaseExpiresOn: /);
      expect(error.hint).toContain("--take-over");
    }
    await releaseDelivery();
    expect(await waitForEnd(first, 40_000)).toMatchObject({ exitCode: 0 });
    expect(await readState()).toEqual(settled);
  });

  it("on the same machine, waits for the process, or exits with 6 and names it", async () => {
    const first = await startSlowly();
    const refused = await rotate(["--wait", "0"]);
    expect(refused.exitCode).toBe(6);
    expect(refused.stderr).toContain(
      `Another briksync process is rotating "${key.name}" (PID ${first.process.pid} on `,
    );
    const second = spawnCli(["keys", "rotate", key.clientId, "--to", "file:secret"], {
      cwd: directory.path,
      env: admin.env,
    });
    await waitForStderr(second, "Waiting for another briksync process that is rotating ");
    await releaseDelivery();
    expect(await waitForEnd(first, 40_000)).toMatchObject({ exitCode: 0 });
    expect(await waitForEnd(second, 40_000)).toMatchObject({ exitCode: 0 });
    expect(await readState()).toEqual(settled);
  });

  it("eight concurrent runs, on one machine and on others, corrupt nothing", async () => {
    const runs = [0, 1, 2, 3, 4, 5, 6, 7].map((index) =>
      rotate(
        ["--wait", "60s"],
        index % 2 === 0 ? admin.env : { ...admin.env, BRIKSYNC_CONFIG_DIR: join(directory.path, `m${index}`) },
      ),
    );
    for (const { exitCode, stderr } of await Promise.all(runs)) expect(exitCode, stderr).toBe(0);
    expect(await readState()).toEqual(settled);
  }, 90_000);

  it("can take over from a dead run", async () => {
    const first = await startSlowly();
    first.process.kill("SIGKILL");
    const taken = await rotate(["--take-over", "--wait", "0"], onOtherMachine());
    expect(taken).toMatchObject({ exitCode: 0 });
    expect(await readState()).toEqual(settled);
    await releaseDelivery();
  });

  it("can also take over on the same machine if its own rotation was overtaken", async () => {
    const env = onOtherMachine();
    await rotate(["--to", "exec:cat >/dev/null; exit 1", "--take-over"], env);
    await rotate(["--to", "exec:cat >/dev/null; exit 1", "--take-over"]);
    expect(await rotate(["--wait", "0", "--take-over"], env)).toMatchObject({ exitCode: 0 });
    expect(await readState()).toEqual(settled);
  });
});

describe("a run that loses its lease", () => {
  it("stops delivering after a takeover, waits for the lease, and delivers again", async () => {
    const first = await startSlowly();
    const [, pending] = await listSecrets(admin, key.id);
    const taken = await rotate(["--take-over", "--staged"], onOtherMachine());
    expect(taken).toMatchObject({ exitCode: 0 });
    await releaseDelivery();
    expect(await waitForEnd(first, 40_000)).toMatchObject({ exitCode: 0 });
    const stderr = await first.texts.stderr;
    expect(stderr).toContain("! The rotation lost its lease. Taking it again and repeating the delivery.");
    expect(stderr.match(/Delivered to the file secret/g)).toHaveLength(1);
    expect((await listSecrets(admin, key.id)).map(({ id }) => id)).toEqual([pending?.id]);
    expect(await readState()).toEqual(settled);
  });

  it("writes nothing when its stopped process continues", async () => {
    const first = await startSlowly();
    first.process.kill("SIGSTOP");
    expect(await rotate([], onOtherMachine())).toMatchObject({ exitCode: 0 });
    await releaseDelivery();
    await sleep(500);
    first.process.kill("SIGCONT");
    expect((await waitForEnd(first, 40_000)).exitCode).not.toBe(0);
    expect(await first.texts.stderr).toContain("has ended. Another run finished, aborted or replaced it.");
    expect(await readState()).toEqual(settled);
  });

  it("stops a delivery before the lease expires if the server is unreachable, and says so", async () => {
    let isDown = false;
    const proxy: FaultProxy = await startFaultProxy(server.url, {
      decide: () => (isDown ? { kind: "cut-request", afterBytes: 0 } : { kind: "pass" }),
    });
    try {
      const child = await startSlowly({ ...admin.env, BRIKSYNC_SERVER: proxy.url });
      isDown = true;
      // The command waits for `go`. Without the lease, only the time limit of 60 s would stop it.
      expect(await waitForEnd(child, 40_000)).toMatchObject({ exitCode: 8 });
      const stderr = await child.texts.stderr;
      expect(stderr).toContain("The old and the new secret of");
      expect(stderr).toContain(
        "The delivery to the command cat … failed. The destination may have the old or the new secret.",
      );
      expect(stderr).toContain("Not delivered to the file secret. It was not changed.");
      isDown = false;
      await releaseDelivery();
      const again = await rotate([], { ...admin.env, BRIKSYNC_SERVER: proxy.url });
      expect(again).toMatchObject({ exitCode: 0 });
      expect(await readState()).toEqual(settled);
    } finally {
      await proxy.stop();
    }
  });

  it("says that its aborted rotation has ended, and starts a new one when it is repeated", async () => {
    const first = await startSlowly();
    const [, pending] = await listSecrets(admin, key.id);
    await admin.run(["keys", "rotate", key.id, "--abort", "--rotation", pending?.id ?? "", "--force", "--yes"]);
    await releaseDelivery();
    expect(await waitForEnd(first, 40_000)).toMatchObject({ exitCode: 3 });
    const stderr = await first.texts.stderr;
    expect(stderr).toContain(
      `Rotation ${pending?.id} of "${key.name}" has ended. Another run finished, aborted or replaced it.`,
    );
    expect(stderr).toContain("To resume, run: briksync keys rotate");
    expect(await presentSecret(server, await directory.read("secret"))).toBe(200);
    expect(await rotate([])).toMatchObject({ exitCode: 0 });
    expect(await readState()).toEqual(settled);
  });
});

describe("a fourth pending rotation", () => {
  it("is refused, with the three pending ones and the command that makes room", async () => {
    for (const _ of [1, 2, 3]) await admin.run(["keys", "rotate", key.id, "--staged", "-q", "--take-over"]);
    const pending = (await listSecrets(admin, key.id)).filter(({ state }) => state === "pending");
    expect(pending).toHaveLength(3);
    const { exitCode, stderr } = await rotate(["--take-over"]);
    expect(exitCode).toBe(6);
    for (const { id } of pending) expect(stderr).toContain(`  ${id}  pending  created `);
    const [, command = ""] = /abort that rotation: (briksync .*)$/m.exec(stderr) ?? [];
    expect(command).toBe(`briksync keys rotate ${key.clientId} --abort --rotation ${pending[0]?.id} --force`);
    expect(await admin.run([...command.split(" ").slice(1), "--yes"])).toMatchObject({ exitCode: 0 });
    expect(await rotate(["--take-over"])).toMatchObject({ exitCode: 0 });
    expect(await readState()).toEqual(settled);
  });
});
