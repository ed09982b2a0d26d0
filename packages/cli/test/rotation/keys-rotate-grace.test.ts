import { describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { useAdmin, useDirectory, useKey, useServer } from "../support/lifetimes.ts";
import { listSecrets, type ShownSecret, useRotation } from "../support/rotation.ts";

const server = useServer({ ROTATION_LEASE_SECONDS: "2" });
const admin = useAdmin(server);
const key = useKey(admin);
const directory = useDirectory(admin);
const { rotate, openTerminal } = useRotation(admin, key, directory);

/** Rotates with a grace period, in which a client may use the old secret. Returns the retiring secret. */
async function rotateWithGrace(isUsed: boolean): Promise<ShownSecret> {
  expect(await rotate("--to", "file:secret", "--grace", "24h")).toMatchObject({ exitCode: 0 });
  if (isUsed) await use(key.clientSecret, "retiring");
  const retiring = await findSecret("retiring");
  if (retiring === undefined) throw new Error("No secret retires.");
  return retiring;
}

async function use(secret: string, state: ShownSecret["state"]): Promise<void> {
  expect(await presentSecret(server, secret)).toBe(200);
  await expect.poll(async () => (await findSecret(state))?.lastUsedAt).not.toBe(null);
}

async function findSecret(wanted: ShownSecret["state"]): Promise<ShownSecret | undefined> {
  return (await listSecrets(admin, key.id)).find(({ state }) => state === wanted);
}

function toSeconds(time: string | null): string {
  return (time ?? "").replace(/\.\d+Z$/, "Z");
}

describe("C-05 a grace period that a later rotation shortens", () => {
  it("is reported after a rotation with destinations, with its expiry and last use", async () => {
    const { expiresOn } = await rotateWithGrace(true);
    const { exitCode, stderr } = await rotate("--to", "file:secret");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("! Another secret also stopped working:\n  retiring  created ");
    expect(stderr).toMatch(
      new RegExp(`last used .* from 127\\.0\\.0\\.1, would have expired at ${toSeconds(expiresOn)}$`, "m"),
    );
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
  });

  it("is in JSON and CSV, also if only its grace period is shortened", async () => {
    const { id, expiresOn, lastUsedAt } = await rotateWithGrace(false);
    const { stdout, stderr } = await rotate("--to", "file:secret", "--grace", "1h", "-o", "json");
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      endedRotations: [],
      endedSecrets: [{ id, state: "retiring", wouldHaveEndedOn: expiresOn, lastUsedAt, lastUsedIp: null }],
    });
    const csv = await rotate("--to", "file:secret", "-o", "csv");
    expect(csv.stdout).toMatch(new RegExp(`,endedSecrets\n.*,([0-9a-f-]{36} )?${id}( [0-9a-f-]{36})?\n$`));
  });

  it("is not reported if it is kept", async () => {
    await rotateWithGrace(true);
    const { stderr } = await rotate("--to", "file:secret", "--grace", "48h");
    expect(stderr).toContain("The old secret works for another 2d");
    expect(stderr).not.toContain(" also ");
  });

  it("is reported by --finish, before and after", async () => {
    const { id, expiresOn } = await rotateWithGrace(false);
    await rotate("--staged", "-q");
    const terminal = openTerminal("--finish");
    await terminal.waitFor("Stops working immediately:");
    await terminal.waitFor(`would have expired at ${toSeconds(expiresOn)}`);
    await terminal.waitFor("now?");
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    const kept = await rotate("--finish", "--grace", "48h", "--yes");
    expect(kept.stderr).not.toContain(" also ");
    const again = await rotate("--finish", "--rotation", (await findSecret("current"))?.id ?? "", "--yes", "--json");
    expect(JSON.parse(again.stdout).endedSecrets).toContainEqual(
      expect.objectContaining({ id, wouldHaveEndedOn: expiresOn }),
    );
  });

  it("is reported by an immediate rotation, before and after, and in JSON", async () => {
    const { id, expiresOn } = await rotateWithGrace(true);
    const terminal = openTerminal();
    await terminal.waitFor("These secrets of earlier rotations stop working at the same time:");
    await terminal.waitFor(`would have expired at ${toSeconds(expiresOn)}`);
    await terminal.waitFor("now?");
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    const shortened = await rotate("--grace", "1h", "--yes", "-o", "json");
    expect(JSON.parse(shortened.stdout)).toMatchObject({
      endedSecrets: [{ id, state: "retiring", wouldHaveEndedOn: expiresOn }],
    });
    const { stderr } = await rotate("--yes", "--secret-only");
    expect(stderr).toContain("! 2 other secrets also stopped working:\n  retiring  created ");
  });
});

describe("C-05 a secret in use that a rotation with destinations would end", () => {
  it("asks for confirmation at a terminal, and a no changes nothing", async () => {
    const { expiresOn } = await rotateWithGrace(true);
    const terminal = openTerminal("--to", "file:secret");
    await terminal.waitFor("These secrets are in use and stop working when this rotation finishes:");
    await terminal.waitFor(`would have expired at ${toSeconds(expiresOn)}`);
    await terminal.waitFor(`Rotate "${key.name}" anyway?`);
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect((await listSecrets(admin, key.id)).map(({ state }) => state)).toEqual(["current", "retiring"]);
    const again = openTerminal("--to", "file:secret");
    await again.waitFor("anyway?");
    again.enter("y");
    expect((await again.waitForExit()).exitCode).toBe(0);
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
  });

  it("needs no confirmation with --yes, if it is kept, or if it was not used in its grace period", async () => {
    await rotateWithGrace(false);
    for (const args of [
      ["--to", "file:secret", "--grace", "48h"],
      ["--to", "file:secret"],
    ]) {
      const terminal = openTerminal(...args);
      expect((await terminal.waitForExit()).exitCode).toBe(0);
      expect(terminal.text).not.toContain("anyway?");
    }
    await rotate("--to", "file:secret", "--grace", "24h");
    const terminal = openTerminal("--to", "file:secret", "--yes");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text).not.toContain("anyway?");
  });

  it("asks if a pending secret was used", async () => {
    const { stdout } = await rotate("--staged", "--secret-only");
    await use(stdout.trim(), "pending");
    const terminal = openTerminal("--to", "file:secret");
    await terminal.waitFor(/pending {2}created .*last used /);
    await terminal.waitFor("anyway?");
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(await presentSecret(server, stdout.trim())).toBe(200);
    const unasked = await rotate("--to", "file:secret");
    expect(unasked.exitCode).toBe(0);
    expect(unasked.stderr).toMatch(/^! Another secret also stopped working:\n {2}pending {2}created .*, last used /m);
  });
});
