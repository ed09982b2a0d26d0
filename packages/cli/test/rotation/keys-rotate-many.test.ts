import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PrintedKey, presentSecret } from "../support/admin.ts";
import { useAdmin, useDirectory, useServer, useTerminal } from "../support/lifetimes.ts";
import { listSecrets, readResumeLine } from "../support/rotation.ts";

const server = useServer({ ROTATION_LEASE_SECONDS: "2" });
const admin = useAdmin(server);
const directory = useDirectory(admin);
let rounds = 0;
let keys: readonly [PrintedKey, PrintedKey, PrintedKey];

beforeEach(async () => {
  rounds += 1;
  keys = [
    await admin.createKey(`A ${rounds}`),
    await admin.createKey(`B ${rounds}`),
    await admin.createKey(`C ${rounds}`),
  ];
});
afterEach(async () => {
  await admin.run(["keys", "revoke", ...keys.map(({ id }) => id), "--yes"]);
});

function rotate(...args: string[]) {
  return admin.run(["keys", "rotate", ...args], { cwd: directory.path });
}

function names(): string[] {
  return keys.map(({ name }) => name);
}

async function listOldOnes(): Promise<number[]> {
  return Promise.all(keys.map(({ clientSecret }) => presentSecret(server, clientSecret)));
}

/** A destination command that fails for the second key. */
const failing = 'exec:cat > "$BRIKSYNC_KEY_CLIENT_ID"; case "$BRIKSYNC_KEY_NAME" in B*) exit 5;; esac';

describe("keys rotate of several keys", () => {
  it("rotates them one after the other, each to its own destination, and prints a summary", async () => {
    const { exitCode, stdout, stderr } = await rotate(...names(), "--to", "file:{clientId}", "--yes");
    expect(exitCode, stderr).toBe(0);
    for (const { name, clientId } of keys) {
      expect(stdout).toMatch(new RegExp(`^${name} +${clientId} +rotated$`, "m"));
      expect(stderr).toContain(
        `${name}  ${clientId}\n✓ Created a new secret of "${name}". The old secret still works.\n`,
      );
      expect(stderr).toContain(`✓ Delivered to the file ${clientId}.\n`);
      expect(await presentSecret(server, await directory.read(clientId))).toBe(200);
    }
    expect(await listOldOnes()).toEqual([401, 401, 401]);
  });

  it("C-05 asks once and shows the last use of each key, and needs --yes without a terminal", async () => {
    const refused = await rotate(...names(), "--to", "file:{clientId}");
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("To confirm, run the same command with --yes.");
    const terminal = useTerminal(["keys", "rotate", ...names(), "--to", `file:${directory.path}/{id}`], {
      env: admin.env,
    });
    for (const { name, clientId } of keys) await terminal.waitFor(`${name}  ${clientId}  never used`);
    await terminal.waitFor("Rotate these 3 keys now?");
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(await listOldOnes()).toEqual([200, 200, 200]);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it("C-05 lists the secrets of earlier rotations in its confirmation, and does not ask for each", async () => {
    const [{ clientSecret }] = keys;
    await rotate(keys[0].id, "--to", "file:{clientId}", "--grace", "24h");
    expect(await presentSecret(server, clientSecret)).toBe(200);
    const terminal = useTerminal(["keys", "rotate", ...names(), "--to", `file:${directory.path}/{id}`], {
      env: admin.env,
      columns: 160,
    });
    await terminal.waitFor(/also ends: retiring {2}created .*, would have expired at /);
    await terminal.waitFor("Rotate these 3 keys now?");
    terminal.enter("y");
    expect((await terminal.waitForExit(30_000)).exitCode).toBe(0);
    expect(terminal.text).not.toContain("anyway?");
    expect(await listOldOnes()).toEqual([401, 401, 401]);
  });

  it("stops at the first failure, reports the state, and prints the command for the remaining keys", async () => {
    const { exitCode, stdout, stderr } = await rotate(...names(), "--to", failing, "--grace", "90m", "--yes");
    expect(exitCode).toBe(1);
    const [a, b, c] = keys;
    expect(stdout).toMatch(new RegExp(`^${a.name} +${a.clientId} +rotated`, "m"));
    expect(stdout).toMatch(new RegExp(`^${b.name} +${b.clientId} +failed +SINK_FAILED`, "m"));
    expect(stdout).toMatch(new RegExp(`^${c.name} +${c.clientId} +not started`, "m"));
    expect(stderr).toContain("error: The command cat … exited with code 5.");
    expect(stderr).toContain(`The old and the new secret of "${b.name}" both work`);
    expect(stderr).toContain(`"${b.name}" failed first. Rotated 1 of 3 keys.`);
    const quoted = failing.replaceAll("'", "'\\''");
    expect(readResumeLine(stderr)).toBe(
      `briksync keys rotate ${b.clientId} ${c.clientId} --to '${quoted}' --grace 90m --yes`,
    );
    expect((await listSecrets(admin, c.id)).map(({ state }) => state)).toEqual(["current"]);
  });

  it("continues with --keep-going, and reports each key", async () => {
    const { exitCode, stdout, stderr } = await rotate(
      ...names(),
      "--to",
      failing,
      "--keep-going",
      "--yes",
      "-o",
      "json",
    );
    expect(exitCode).toBe(1);
    const [a, b, c] = keys;
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({
        key: { id: a.id, name: a.name, clientId: a.clientId },
        state: "finished",
        error: null,
      }),
      expect.objectContaining({
        state: "failed",
        rotationId: null,
        error: { type: "SINK_FAILED", message: "The command cat … exited with code 5." },
      }),
      expect.objectContaining({ key: { id: c.id, name: c.name, clientId: c.clientId }, state: "finished" }),
    ]);
    expect(JSON.parse(stderr)).toMatchObject({
      error: {
        type: "SINK_FAILED",
        exitCode: 1,
        hint: expect.stringContaining(`briksync keys rotate ${b.clientId} --to`),
      },
    });
    expect(await listOldOnes()).toEqual([401, 200, 401]);
    const csv = await rotate(a.id, c.id, "--to", "exec:cat >/dev/null", "--yes", "-o", "csv");
    expect(csv.stdout.split("\n")[0]).toBe(
      "name,clientId,state,error,rotationId,sinks,verified,finishedOn,graceSeconds,endedRotations,id,endedSecrets",
    );
  });

  it("starts no rotation if a key is missing or revoked, or a destination is invalid or shared by several keys", async () => {
    const [a, b] = keys;
    const place = ["--to", "file:{clientId}"];
    expect(await rotate(a.name, "nope", ...place, "--yes")).toMatchObject({ exitCode: 3 });
    const shared = await rotate(a.name, b.name, "--to", "file:one", "--yes");
    expect(shared.exitCode).toBe(2);
    expect(shared.stderr).toContain(
      `"file:one" is the same destination for several keys: "${a.name}" and "${b.name}".`,
    );
    expect(await rotate(...names(), "--to", "file:{name}/x", "--yes")).toMatchObject({ exitCode: 1 });
    await admin.run(["keys", "revoke", b.id, "--yes"]);
    expect(await rotate(a.id, b.id, ...place, "--yes")).toMatchObject({ exitCode: 6 });
    expect(await listOldOnes()).toEqual([200, 401, 200]);
  });
});

describe("keys rotate --older-than", () => {
  it("selects keys with old secrets, and no longer after their rotation", async () => {
    // A busy machine still lists the new key within this age.
    await sleep(8_100);
    const young = await admin.createKey(`Young ${rounds}`);
    const args = ["--older-than", "8s", "--to", "file:{id}", "--yes", "-o", "json"];
    const first = await rotate(...args);
    expect(first.exitCode, first.stderr).toBe(0);
    const rotated: { key: { id: string } }[] = JSON.parse(first.stdout);
    expect(rotated.map(({ key }) => key.id).sort()).toEqual(keys.map(({ id }) => id).sort());
    expect(await presentSecret(server, young.clientSecret)).toBe(200);
    const none = await rotate("--older-than", "90d", "--to", "file:{id}", "--yes");
    expect(none).toMatchObject({ exitCode: 0, stdout: "" });
    expect(none.stderr).toContain("No active key has a secret that is at least 90d old.");
    await admin.run(["keys", "revoke", young.id, "--yes"]);
  });

  it("resumes with the same command, which selects the remaining keys", async () => {
    await sleep(1100);
    const line = ["--older-than", "1s", "--yes", "--to"];
    const failed = await rotate(...line, failing);
    expect(failed.exitCode).toBe(1);
    expect(readResumeLine(failed.stderr)).toBe(
      `briksync keys rotate --older-than 1s --yes --to '${failing.replaceAll("'", "'\\''")}'`,
    );
  });
});
