import { readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { spawnCli, waitForEnd } from "../support/cli-process.ts";
import { useJournal } from "../support/journal.ts";
import { useAdmin, useKey, useServer } from "../support/lifetimes.ts";
import { runShell } from "../support/shell.ts";

const server = useServer();
const admin = useAdmin(server);
const { relay, findDirectory, listEntries, expectNoEntries, run, killAfterCommit } = useJournal(server, admin);
const key = useKey(admin);

const rotate = (...more: string[]): readonly string[] => ["keys", "rotate", key.id, "--yes", "--secret-only", ...more];

describe("C-10 a rotation whose secret was not delivered", () => {
  it("is recovered by the next run after a kill that follows the commit, and then forgotten", async () => {
    await killAfterCommit(rotate());
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
    const [entry = "", ...more] = await listEntries();
    expect(more).toEqual([]);
    expect(((await stat(join(findDirectory(), entry))).mode & 0o777).toString(8)).toBe("600");
    expect(((await stat(findDirectory())).mode & 0o777).toString(8)).toBe("700");
    const text = await readFile(join(findDirectory(), entry), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      operation: "rotate",
      server: relay.url,
      key: key.id,
      idempotencyKey: relay.idempotencyKeys.at(-1),
    });
    expect(text).not.toContain("sec_");
    const before = await admin.fetchJson<{ rotatedOn: string }>(`/keys/${key.id}`);
    const again = await run(rotate());
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toBe(`✓ Recovered the secret of the rotation of "${key.name}" that started just now.\n`);
    expect(await presentSecret(server, again.stdout.trim())).toBe(200);
    expect(await admin.fetchJson(`/keys/${key.id}`)).toMatchObject({ rotatedOn: before.rotatedOn });
    expect(relay.idempotencyKeys.at(-1)).toBe(relay.idempotencyKeys.at(-2));
    await expectNoEntries();
    const next = await run(rotate());
    expect(next.stderr).toContain("Rotated");
    expect(next.stdout).not.toBe(again.stdout);
    expect(await presentSecret(server, again.stdout.trim())).toBe(401);
    await expectNoEntries();
  });

  it.each(["drop", "cut"] as const)(
    "says how to recover the secret after a lost response (%s), and recovers it",
    async (handling) => {
      relay.handling = handling;
      const lost = await run(rotate("--timeout", "1.5"));
      expect(lost).toMatchObject({ exitCode: 8, stdout: "" });
      expect(lost.stderr).toContain(
        `hint: To recover the secret of the rotation of "${key.name}" within 24 hours, run: briksync keys rotate ${key.id} --yes --secret-only --timeout 1.5 --server ${relay.url}\n`,
      );
      relay.handling = "pass";
      const again = await run(rotate());
      expect(again.stderr).toContain("✓ Recovered the secret");
      expect(await presentSecret(server, again.stdout.trim())).toBe(200);
      await expectNoEntries();
    },
  );

  it("is recovered in the same way after Ctrl-C", async () => {
    relay.handling = "hold";
    const before = relay.answered;
    const child = spawnCli([...rotate(), "--server", relay.url], { env: admin.env });
    await expect.poll(() => relay.answered).toBeGreaterThan(before);
    child.process.kill("SIGINT");
    expect(await waitForEnd(child, 10_000)).toMatchObject({ exitCode: 130 });
    expect(await child.texts.stderr).toContain(" within 24 hours, run: briksync keys rotate");
    relay.handling = "pass";
    const again = await run(rotate());
    expect(again.stderr).toContain("✓ Recovered the secret");
    expect(await presentSecret(server, again.stdout.trim())).toBe(200);
  });

  it("is recovered with -o json if the secret could not be printed", async () => {
    const script = `{ briksync keys rotate ${key.id} --yes --secret-only --server ${relay.url}; echo "exit $?" >&2; } | true`;
    const { stderr } = await runShell(script, { env: admin.env, cwd: admin.directory });
    expect(stderr).toContain(`run: briksync keys rotate ${key.id} --yes --secret-only --server ${relay.url}\n`);
    expect(stderr).toContain("exit 1");
    const again = await run(["keys", "rotate", key.clientId, "--yes", "-o", "json"]);
    const printed = JSON.parse(again.stdout);
    expect(Object.keys(printed).slice(0, 4)).toEqual(["id", "name", "clientId", "clientSecret"]);
    expect(Object.keys(printed)).not.toContain("isReplay");
    expect(await presentSecret(server, printed.clientSecret)).toBe(200);
    await expectNoEntries();
  });

  it("reports a secret that was replaced meanwhile, forgets it, and does not rotate again", async () => {
    await killAfterCommit(rotate());
    // Another user rotates the key on another machine.
    const other = await admin.run(rotate());
    expect(other.exitCode).toBe(0);
    const refused = await run(rotate());
    expect(refused).toMatchObject({ exitCode: 6, stdout: "" });
    expect(refused.stderr).toBe(
      `error: The secret of the rotation of "${key.name}" that started just now cannot be recovered, because it was replaced or revoked. This run changed nothing.\nhint: To get a new secret, run the same command again.\n`.replace(
        "again for",
        "again for",
      ),
    );
    expect(await presentSecret(server, other.stdout.trim())).toBe(200);
    await expectNoEntries();
    const next = await run(rotate());
    expect(next.stderr).toContain("Rotated");
    expect(await presentSecret(server, next.stdout.trim())).toBe(200);
  });

  it("is not resumed after a day, or from an unreadable entry", async () => {
    const shift = (text: string, hours: number): string =>
      text.replace(/"begunOn": "[^"]+"/, `"begunOn": "${new Date(Date.now() + hours * 3_600_000).toISOString()}"`);
    for (const spoil of [
      (text: string) => shift(text, -25),
      // S-65: a time in the future is ignored, because the clock may have changed.
      (text: string) => shift(text, 25),
      (text: string) => text.slice(0, 40),
      (text: string) => text.replace('"version": 1', '"version": 2'),
    ]) {
      await killAfterCommit(rotate());
      const [entry = ""] = await listEntries();
      const path = join(findDirectory(), entry);
      await writeFile(path, spoil(await readFile(path, "utf8")));
      const next = await run(rotate());
      expect(next.stderr).toContain("Rotated");
      expect(relay.idempotencyKeys.at(-1)).not.toBe(relay.idempotencyKeys.at(-2));
      await expectNoEntries();
    }
  });

  it("removes entries that are too old to recover a secret", async () => {
    await writeFile(join(findDirectory(), "rotate-0123.json"), "{}");
    await writeFile(join(findDirectory(), ".rotate-0123.json.00000000deadbeef.tmp"), "{}");
    const old = new Date(Date.now() - 25 * 3_600_000);
    for (const name of await readdir(findDirectory())) await utimes(join(findDirectory(), name), old, old);
    expect(await run(rotate())).toMatchObject({ exitCode: 0 });
    await expectNoEntries();
  });
});

describe("C-08 two concurrent runs", () => {
  it("never share an Idempotency-Key: each rotates, and the later secret is current", async () => {
    const from = relay.idempotencyKeys.length;
    const runs = await Promise.all([run(rotate()), run(rotate()), run(rotate())]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(runs.map(({ stderr }) => stderr).join("")).not.toContain("Recovered");
    expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(3);
    expect(new Set(relay.idempotencyKeys.slice(from)).size).toBe(3);
    const accepted = await Promise.all(runs.map(({ stdout }) => presentSecret(server, stdout.trim())));
    expect(accepted.sort()).toEqual([200, 401, 401]);
    await expectNoEntries();
  });

  it("do not resume the call of a run that is still alive", async () => {
    relay.handling = "hold";
    const before = relay.answered;
    const first = spawnCli([...rotate(), "--server", relay.url], { env: admin.env });
    await expect.poll(() => relay.answered).toBeGreaterThan(before);
    relay.handling = "pass";
    const second = run(rotate());
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(relay.answered).toBe(before + 1);
    first.process.kill("SIGKILL");
    // The first run is dead now, so the next run resumes its call.
    expect((await second).stderr).toContain("✓ Recovered");
    await expectNoEntries();
  });
});
