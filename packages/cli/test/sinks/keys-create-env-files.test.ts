import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presentSecret, secretPattern } from "../support/admin.ts";
import { useKeyCreation } from "../support/key-creation.ts";
import { useAdmin, useDirectory, useServer } from "../support/lifetimes.ts";

const server = useServer();
const admin = useAdmin(server);
const directory = useDirectory(admin);
const create = useKeyCreation(admin, directory, "--overwrite");

async function readMode(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o7777).toString(8);
}

describe("keys create --to env:", () => {
  it("sets the secret and the client ID, preserves all other bytes and the mode, and creates a missing file with mode 0600", async () => {
    const path = join(directory.path, ".env");
    const before = '# of the CRM\nexport A=\'1\'\nKEY="old"\n\nB="x\nKEY=inside\n"\n';
    await writeFile(path, before, { mode: 0o640 });
    await chmod(path, 0o640);
    const { exitCode, stdout, stderr } = await create(["env:.env#KEY,KEY_ID", "env:new.env#KEY"]);
    expect(exitCode).toBe(0);
    const [, clientId = ""] = /^Client ID {5}(api_\w+)$/m.exec(stdout) ?? [];
    const after = await readFile(path, "utf8");
    const [, secret = ""] = /^KEY="(.*)"$/m.exec(after) ?? [];
    expect(secret).toMatch(secretPattern);
    expect(after).toBe(`${before.replace('"old"', `"${secret}"`)}KEY_ID=${clientId}\n`);
    expect(await readMode(path)).toBe("640");
    expect(await directory.read("new.env")).toBe(`KEY=${secret}\n`);
    expect(await readMode(join(directory.path, "new.env"))).toBe("600");
    expect((await readdir(directory.path)).sort()).toEqual([".env", "new.env"]);
    expect(stdout).toContain("the variable KEY in .env");
    expect(stderr).not.toContain("can be read by other users");
  });

  it("warns if other users can read it", async () => {
    await writeFile(join(directory.path, ".env"), "A=1\n");
    await chmod(join(directory.path, ".env"), 0o644);
    const { stderr } = await create(["env:.env#KEY"]);
    expect(stderr).toMatch(/! .*\.env can be read by other users of this machine\./);
    expect(await readMode(join(directory.path, ".env"))).toBe("644");
  });

  it("keeps bytes that are not UTF-8, and refuses unreadable files", async () => {
    const path = join(directory.path, ".env");
    const latin = Buffer.from("# M\xfcller\nA=\xff\xfe\n", "latin1");
    await writeFile(path, latin);
    expect(await create(["env:.env#KEY"])).toMatchObject({ exitCode: 0 });
    expect((await readFile(path)).subarray(0, latin.length)).toEqual(latin);
    const before = await admin.countKeys();
    for (const [content, message] of [
      [Buffer.from("A=1\r\n", "utf16le"), "has a NUL byte in line 1"],
      [Buffer.from("KEY=\n'x\nKEY=y\n'"), "line 1: dotenv, sh and systemd read different values of KEY"],
      [Buffer.alloc(1024 * 1024 + 1, "#"), "is too large for a dotenv file"],
    ] as const) {
      await writeFile(path, content);
      const { exitCode, stderr } = await create(["env:.env#KEY"]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(message);
      expect(await readFile(path)).toEqual(content);
    }
    expect(await create(["env:.env#1KEY"])).toMatchObject({ exitCode: 2 });
    expect(await create(["env:.env#{name}"], { name: "C R M" })).toMatchObject({ exitCode: 2 });
    expect(await admin.countKeys()).toBe(before);
  });

  it("C-08 loses nothing if several runs write to one file", async () => {
    const runs = await Promise.all(["A", "B", "C", "D"].map((name) => create([`env:.env#${name}`])));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    const lines = (await directory.read(".env")).trim().split("\n").sort();
    expect(lines.map((line) => line.split("=")[0])).toEqual(["A", "B", "C", "D"]);
    for (const line of lines) expect(await presentSecret(server, line.slice(2))).toBe(200);
    expect(await readdir(directory.path)).toEqual([".env"]);
  });
});
