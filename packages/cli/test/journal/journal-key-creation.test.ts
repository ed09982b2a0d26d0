import { describe, expect, it } from "vitest";
import { createAdmin, presentSecret } from "../support/admin.ts";
import { useJournal } from "../support/journal.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";

const server = useServer();
const admin = useAdmin(server);
const { expectNoEntries, run, killAfterCommit } = useJournal(server, admin);

describe("C-10 a key whose secret was not delivered", () => {
  it("is recovered by the same command, and created only once", async () => {
    const args = ["keys", "create", "Lost", "--allow-ip", "127.0.0.1", "--secret-only"];
    const before = await admin.countKeys();
    await killAfterCommit(args);
    expect(await admin.countKeys()).toBe(before + 1);
    const again = await run(args);
    expect(again.stderr).toBe('✓ Recovered the secret of "Lost". The creation of the key started just now.\n');
    expect(await admin.countKeys()).toBe(before + 1);
    expect(await presentSecret(server, again.stdout.trim())).toBe(200);
    await expectNoEntries();
    await run(args);
    expect(await admin.countKeys()).toBe(before + 2);
  });

  it("is a different key for another name, allowlist or company", async () => {
    await killAfterCommit(["keys", "create", "Mine", "--secret-only"]);
    const stranger = await createAdmin(server);
    try {
      for (const [name, ...more] of [["Mine", "--allow-ip", "127.0.0.1"], ["Mine too"]]) {
        const { stderr } = await run(["keys", "create", name ?? "", "--secret-only", ...more]);
        expect(stderr).toMatch(/^✓ Created/);
      }
      const other = await run(["keys", "create", "Mine", "--secret-only"], { env: { BRIKSYNC_TOKEN: stranger.token } });
      expect(other.stderr).toBe('✓ Created "Mine".\n');
      const mine = await run(["keys", "create", " Mine ", "--secret-only"]);
      expect(mine.stderr).toContain("✓ Recovered");
    } finally {
      await stranger.remove();
    }
    await expectNoEntries();
  });

  it("reports a key that was revoked meanwhile, forgets it, and does not create another", async () => {
    const args = ["keys", "create", "Gone", "--secret-only"];
    await killAfterCommit(args);
    await admin.run(["keys", "revoke", "Gone", "--yes"]);
    const before = await admin.countKeys();
    const refused = await run(args);
    expect(refused).toMatchObject({ exitCode: 6, stdout: "" });
    expect(refused.stderr).toContain('The secret of the creation of "Gone" that started just now cannot be recovered');
    expect(await admin.countKeys()).toBe(before);
    await expectNoEntries();
  });

  it("leaves no entry if the key was certainly not created", async () => {
    expect(await run(["keys", "create", "x".repeat(101)])).toMatchObject({ exitCode: 6 });
    expect(await run(["keys", "create", "X"], { env: { BRIKSYNC_TOKEN: "wrong" } })).toMatchObject({ exitCode: 4 });
    expect(await admin.run(["keys", "create", "X", "--server", "http://127.0.0.1:9"])).toMatchObject({ exitCode: 8 });
    await expectNoEntries();
  });
});
