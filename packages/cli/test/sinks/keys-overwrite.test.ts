import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { useAdmin, useDirectory, useKey, useServer, useTerminal } from "../support/lifetimes.ts";
import type { PtySession } from "../support/pty.ts";
import { runShell } from "../support/shell.ts";

const server = useServer();
const admin = useAdmin(server);
const directory = useDirectory(admin);
const key = useKey(admin);

const run = (...args: string[]) => admin.run(args, { cwd: directory.path });
const listJournal = async (): Promise<string[]> =>
  (await readdir(join(admin.configDirectory, "journal"))).filter((name) => name.endsWith(".json"));

describe("C-11 keys create", () => {
  it("replaces no existing file or variable, and says how to", async () => {
    await directory.write("notes.txt", "my notes");
    await directory.write("empty", "");
    await directory.write(".env", `A=1\nKEY=\nTAKEN=${key.clientSecret}\n`);
    const before = await admin.countKeys();
    for (const [sink, what] of [
      ["file:notes.txt", "The file notes.txt"],
      ["file:empty", "The file empty"],
      ["env:.env#TAKEN", "The variable TAKEN in .env"],
      ["env:.env#KEY", "The variable KEY in .env"],
      ["env:.env#NEW,A", "The variable NEW in .env"],
    ] as const) {
      const { exitCode, stdout, stderr } = await run("keys", "create", "-q", "--to", sink, "--", "-New");
      expect({ sink, exitCode, stdout }).toEqual({ sink, exitCode: 1, stdout: "" });
      expect(stderr).toContain(`${what} already exists. Nothing was changed.`);
      expect(stderr).toMatch(/hint: To replace it, run: briksync keys create .* --overwrite -- -New\n/);
    }
    expect(await admin.countKeys()).toBe(before);
    expect(await directory.read("notes.txt")).toBe("my notes");
    expect(await directory.read(".env")).toBe(`A=1\nKEY=\nTAKEN=${key.clientSecret}\n`);
    expect(await listJournal()).toEqual([]);
    expect(await run("keys", "create", "New", "--overwrite")).toMatchObject({ exitCode: 2 });
    const asked = await run(
      "keys",
      "create",
      "New",
      "-q",
      "--overwrite",
      "--to",
      "file:notes.txt",
      "--to",
      "env:.env#KEY",
    );
    expect(asked.exitCode).toBe(0);
    expect(await presentSecret(server, await directory.read("notes.txt"))).toBe(200);
    expect(await directory.read(".env")).toBe(
      `A=1\nKEY=${await directory.read("notes.txt")}\nTAKEN=${key.clientSecret}\n`,
    );
  });

  it("does not destroy the only copy of an earlier key's secret, also under the same name", async () => {
    expect(await run("keys", "create", "Twice", "-q", "--to", "file:{name}.key")).toMatchObject({ exitCode: 0 });
    const first = await directory.read("Twice.key");
    expect(await run("keys", "create", "Twice", "-q", "--to", "file:{name}.key")).toMatchObject({ exitCode: 1 });
    expect(await directory.read("Twice.key")).toBe(first);
    expect(await presentSecret(server, first)).toBe(200);
  });

  it("C-10 replaces only what its own earlier attempt wrote", async () => {
    const args = [
      "keys",
      "create",
      "Resumed",
      "-q",
      "--to",
      "file:one",
      "--to",
      "env:.env#KEY",
      "--to",
      "exec:test -e go",
    ];
    const failed = await run(...args);
    expect(failed.exitCode).toBe(1);
    const secret = await directory.read("one");
    // Meanwhile, another run has written its secret to one of the destinations.
    await directory.write("one", key.clientSecret);
    await directory.write("go", "");
    const refused = await run(...args);
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--overwrite is not set") });
    expect(await directory.read("one")).toBe(key.clientSecret);
    await directory.write("one", "my notes");
    const again = await run(...args);
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("The file one already exists.") });
    // The refusal keeps the journal entry, which recovers the secret.
    expect(await listJournal()).toHaveLength(1);
    await directory.write("one", secret);
    expect(await run(...args.slice(0, -1), "exec:cat > got")).toMatchObject({ exitCode: 0 });
    expect([await directory.read("one"), await directory.read(".env"), await directory.read("got")]).toEqual([
      secret,
      `KEY=${secret}\n`,
      secret,
    ]);
    expect(await listJournal()).toEqual([]);
  });

  it("does not replace content that appears between the check and the delivery, and recovers with --overwrite", async () => {
    const to = ["--to", "exec:cat > first; umask 077; printf mine > second", "--to", "file:second"];
    const { exitCode, stderr } = await run("keys", "create", "Late", "-q", ...to);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("✗ the file second: The file second already exists, and --overwrite is not set.");
    expect(await directory.read("second")).toBe("mine");
    const again = await run("keys", "create", "Late", "-q", "--overwrite", "--to", "file:second");
    expect(again.exitCode).toBe(0);
    expect(await directory.read("second")).toBe(await directory.read("first"));
  });
});

describe("C-11 keys rotate", () => {
  it("replaces missing or empty content and client secrets without a confirmation", async () => {
    await directory.write("empty", "");
    await directory.write("old", `${key.clientSecret}\n`);
    await directory.write(".env", `A=\nB='${key.clientSecret}'\nID=${key.clientId}\n`);
    const to = ["file:empty", "file:old", "file:missing", "env:.env#A", "env:.env#B,ID", "env:.env#C"];
    const { exitCode, stderr } = await run("keys", "rotate", key.id, "-q", ...to.flatMap((sink) => ["--to", sink]));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const secret = await directory.read("old");
    expect(await presentSecret(server, secret)).toBe(200);
    expect([await directory.read("empty"), await directory.read("missing")]).toEqual([secret, secret]);
    expect(await directory.read(".env")).toBe(`A=${secret}\nB='${secret}'\nID=${key.clientId}\nC=${secret}\n`);
  });

  it("needs --overwrite for anything else without a terminal, and --yes is not enough", async () => {
    const mistyped = key.clientSecret.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    await directory.write("notes.txt", "my notes");
    await directory.write("mistyped", mistyped);
    await directory.write(".env", `URL=https://example.com\nOTHER=${key.clientSecret}\nID=api_${"1".repeat(24)}\n`);
    for (const [sink, what] of [
      ["file:notes.txt", "The file notes.txt"],
      ["file:mistyped", "The file mistyped"],
      ["env:.env#URL", "The variable URL in .env"],
      // The client ID next to it shows that the secret belongs to another key.
      ["env:.env#OTHER,ID", "The variable OTHER in .env"],
    ] as const) {
      const { exitCode, stderr } = await run("keys", "rotate", key.id, "--yes", "--to", sink);
      expect({ sink, exitCode }).toEqual({ sink, exitCode: 2 });
      expect(stderr).toContain(
        `${what} contains something other than a client secret of this key. Nothing was changed.`,
      );
      expect(stderr).toMatch(/run: briksync keys rotate .* --overwrite\n/);
    }
    const many = await run("keys", "rotate", key.id, "--staged", "--to", "file:notes.txt", "--to", "env:.env#URL");
    expect(many.stderr).toContain("  The variable URL in .env contains something other");
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    expect(await admin.fetchJson(`/keys/${key.id}`)).toMatchObject({ rotation: null });
    expect(await directory.read("notes.txt")).toBe("my notes");
    const asked = await run("keys", "rotate", key.id, "-q", "--overwrite", "--to", "file:notes.txt");
    expect(asked).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await presentSecret(server, await directory.read("notes.txt"))).toBe(200);
  });

  it("asks before it replaces anything else at a terminal, once for all keys, and a no changes nothing", async () => {
    const other = await admin.createKey(`Other than ${key.name}`);
    const start = (...args: string[]): PtySession => {
      return useTerminal(["keys", "rotate", ...args], { env: admin.env, cwd: directory.path });
    };
    await directory.write("notes.txt", "my notes");
    const refused = start(key.id, "--to", "file:notes.txt");
    await refused.waitFor("The file notes.txt contains something other than a client secret of this key.");
    await refused.waitFor("Replace it?");
    refused.enter("n");
    expect((await refused.waitForExit()).exitCode).toBe(130);
    expect(await directory.read("notes.txt")).toBe("my notes");
    for (const { clientId } of [key, other]) await directory.write(`${clientId}.txt`, "my notes");
    const agreed = start(key.id, other.id, "--to", "file:{clientId}.txt");
    await agreed.waitFor("Replace them?");
    agreed.enter("y");
    await agreed.waitFor("Rotate these 2 keys now?");
    agreed.enter("y");
    expect((await agreed.waitForExit()).exitCode).toBe(0);
    for (const { clientId } of [key, other])
      expect(await presentSecret(server, await directory.read(`${clientId}.txt`))).toBe(200);
  });

  it("does not replace content that appears between the confirmation and the delivery", async () => {
    const to = ["--to", "exec:cat > /dev/null; printf mine > late", "--to", "file:late"];
    const { exitCode, stderr } = await run("keys", "rotate", key.id, ...to);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Not delivered to the file late. It was not changed.");
    expect(await directory.read("late")).toBe("mine");
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
  });
});

describe("C-11 a destination that vanishes", () => {
  it("is refused early in a deleted directory", async () => {
    const script = 'mkdir gone && cd gone && rmdir "$PWD" && briksync keys rotate $KEY --to file:crm.key';
    const { exitCode, stderr } = await runShell(script, { env: { ...admin.env, KEY: key.id }, cwd: directory.path });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("The current directory has been deleted");
    expect(await admin.fetchJson(`/keys/${key.id}`)).toMatchObject({ rotation: null });
  });
});
