import { execFileSync, spawnSync } from "node:child_process";
import { constants } from "node:fs";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presentSecret, secretPattern } from "../support/admin.ts";
import { cliPath } from "../support/cli-process.ts";
import { useKeyCreation } from "../support/key-creation.ts";
import { useAdmin, useDirectory, useServer } from "../support/lifetimes.ts";

const server = useServer();
const admin = useAdmin(server);
const directory = useDirectory(admin);
const create = useKeyCreation(admin, directory, "--overwrite");

async function readMode(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o7777).toString(8);
}

const isRoot = process.getuid?.() === 0;
const canChangeUser = isRoot && process.platform === "linux";

describe("keys create --to file:", () => {
  it("C-03 creates a private file with exactly the secret, and leaves no other files", async () => {
    const { exitCode, stdout, stderr } = await create(["file:crm.key"]);
    expect(exitCode).toBe(0);
    const secret = await directory.read("crm.key");
    expect(secret).toMatch(secretPattern);
    expect(await presentSecret(server, secret)).toBe(200);
    expect(await readMode(join(directory.path, "crm.key"))).toBe("600");
    expect(await readdir(directory.path)).toEqual(["crm.key"]);
    expect(stdout + stderr).not.toMatch(/sec_[0-9a-f]/);
    expect(stderr).toContain("✓ Delivered to the file crm.key.");
    expect(stdout).toMatch(/^Name .*\nClient ID .*\nID .*\nDelivered to {2}the file crm\.key\n$/);
  });

  it("C-03 replaces a file atomically, keeps a stricter mode, and preserves a symbolic link", async () => {
    await writeFile(join(directory.path, "real.key"), "old", { mode: 0o400 });
    await symlink("real.key", join(directory.path, "link.key"));
    expect(await create(["file:link.key"])).toMatchObject({ exitCode: 0 });
    expect(await readlink(join(directory.path, "link.key"))).toBe("real.key");
    expect(await directory.read("real.key")).toMatch(secretPattern);
    expect(await readMode(join(directory.path, "real.key"))).toBe("400");
  });

  it("expands the home directory and the values of the key", async () => {
    expect(await create(["file:~/{name}.key"], { name: "Home" })).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(admin.directory, "Home.key"), "utf8")).toMatch(secretPattern);
    expect(await create(["file:{clientId}/secret"])).toMatchObject({ exitCode: 0 });
    const [made = ""] = (await readdir(directory.path)).filter((name) => name.startsWith("api_"));
    expect(await directory.read(`${made}/secret`)).toMatch(secretPattern);
    expect(await readMode(join(directory.path, made))).toBe("700");
  });

  it("is refused before the key is created if the file is not suitable", async () => {
    await writeFile(join(directory.path, "open.key"), "old");
    await chmod(join(directory.path, "open.key"), 0o640);
    await symlink("gone", join(directory.path, "dangling"));
    await mkdir(join(directory.path, "sub"));
    const before = await admin.countKeys();
    for (const [sink, message] of [
      ["file:open.key", /Other users can access .*open\.key \(mode 0640\)[\s\S]*chmod 600 /],
      ["file:sub", /sub is a directory\./],
      ["file:/dev/null", /\/dev\/null is not a regular file\.[\s\S]*exec:COMMAND/],
      ["file:/dev/stdout", /not a regular file|to a path that does not exist/],
      ["file:dangling", /a symbolic link to a path that does not exist/],
      ["file:missing/crm.key", /The directory .*missing does not exist/],
      [
        "file:open.key/x",
        /The directory .*open\.key does not exist|cannot be accessed: a part of the path is not a directory/,
      ],
    ] as const) {
      const { exitCode, stdout, stderr } = await create([sink]);
      expect({ sink, exitCode, stdout }).toEqual({ sink, exitCode: 1, stdout: "" });
      expect(stderr).toContain("Nothing was changed");
      expect(stderr).toMatch(message);
    }
    expect(await admin.countKeys()).toBe(before);
    expect(await directory.read("open.key")).toBe("old");
  });

  it("never follows the name of a key to another directory", async () => {
    for (const name of ["../escape", "..", "a/b", "C:x"]) {
      const { exitCode, stderr } = await create(["file:{name}"], { name });
      expect({ name, exitCode }).toEqual({ name, exitCode: 2 });
      expect(stderr).toMatch(/cannot be used in|leads to another directory/);
    }
    expect(await readdir(directory.path)).toEqual([]);
  });

  it.skipIf(!isRoot)("keeps its owner, and never follows a link of another user", async () => {
    const path = join(directory.path, "theirs.key");
    await writeFile(path, "old", { mode: 0o600 });
    await chown(path, 1234, 2345);
    expect(await create(["file:theirs.key"])).toMatchObject({ exitCode: 0 });
    expect(await stat(path)).toMatchObject({ uid: 1234, gid: 2345 });
    expect(await readMode(path)).toBe("600");
    await symlink(path, join(directory.path, "trap"));
    execFileSync("chown", ["-h", "1234", join(directory.path, "trap")]);
    const { exitCode, stderr } = await create(["file:trap"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("a symbolic link that belongs to another user");
  });

  it.skipIf(!canChangeUser)("refuses a file of another user, except for root", async () => {
    const path = join(directory.path, "roots.key");
    await writeFile(path, "old", { mode: 0o600 });
    await chmod(directory.path, 0o777);
    await chmod(admin.directory, 0o777);
    const config = await mkdtemp(join(admin.directory, "config-"));
    await chown(config, 1234, 1234);
    // Node and the CLI may be below root's home, so the process needs a capability to reach them.
    // It would also let this user write the file. Only the CLI's own check of the owner refuses that.
    const user = ["--reuid=1234", "--regid=1234", "--clear-groups"];
    const capability = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
    const command = [process.execPath, cliPath, "keys", "create", "X", "--to", `file:${path}`];
    const { status, stderr } = spawnSync("setpriv", [...user, ...capability, ...command], {
      env: { ...admin.env, BRIKSYNC_CONFIG_DIR: config },
      encoding: "utf8",
    });
    expect(stderr).toContain("roots.key belongs to another user");
    expect(status).toBe(1);
    expect(await readFile(path, "utf8")).toBe("old");
  });
});

describe("C-03 a file destination that fails", () => {
  function tryToMount(path: string): string | null {
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", path], { stdio: "pipe" });
      return null;
    } catch (error) {
      return String(error);
    }
  }

  it("is refused early on a full disk, and keeps the old file and can be repeated if the disk fills up later", async ({
    skip,
    onTestFinished,
  }) => {
    const disk = await mkdtemp(join(admin.directory, "disk-"));
    const refusal = tryToMount(disk);
    if (refusal !== null) skip(`a file system of its own cannot be mounted here (${refusal})`);
    onTestFinished(() => {
      execFileSync("umount", ["--lazy", disk]);
    });
    await writeFile(join(disk, ".env"), "KEY=old\n", { mode: 0o600 });
    const fill = `dd if=/dev/zero of=${join(disk, "filler")} bs=4k count=100 2>/dev/null`;
    // The first destination fills the disk for the second one, after the checks.
    const later = [`exec:cat > /dev/null; ${fill}; true`, `env:${disk}/.env#KEY`, "file:after.key"];
    const failed = await create(later, { name: "Fills up" });
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toMatch(/✗ the variable KEY in .*\/\.env: .*the disk is full/);
    expect(failed.stderr).toContain("✓ the file after.key");
    expect(await readFile(join(disk, ".env"), "utf8")).toBe("KEY=old\n");
    const secret = await directory.read("after.key");
    const before = await admin.countKeys();
    const full = await create([`env:${disk}/.env#KEY`], { name: "Fills up" });
    expect(full.exitCode).toBe(1);
    expect(full.stderr).toContain("Nothing was changed. Could not write");
    await rm(join(disk, "filler"));
    const again = await create([`env:${disk}/.env#KEY`], { name: "Fills up" });
    expect(again.exitCode).toBe(0);
    expect(await readFile(join(disk, ".env"), "utf8")).toBe(`KEY=${secret}\n`);
    expect((await readdir(disk)).sort()).toEqual([".env"]);
    expect(await admin.countKeys()).toBe(before);
  });

  it("keeps the old file after a kill before the rename, and the next run recovers the secret and cleans up", async () => {
    const hook = join(directory.path, "kill.cjs");
    // End the process right before the rename, like a kill at that moment.
    await writeFile(
      hook,
      `const fs = require("node:fs/promises"); const rename = fs.rename;
       fs.rename = async (from, to) => { if (String(to).endsWith("crm.key")) process.kill(process.pid, "SIGKILL"); return rename(from, to); };`,
    );
    const kept = join(directory.path, "kept");
    await mkdir(kept);
    await writeFile(join(kept, "crm.key"), "old", { mode: 0o600 });
    const killed = await create(["file:kept/crm.key"], { env: { NODE_OPTIONS: `--require=${hook}` }, name: "Killed" });
    expect(killed).toMatchObject({ exitCode: null, signal: "SIGKILL" });
    expect(await readFile(join(kept, "crm.key"), "utf8")).toBe("old");
    const left = (await readdir(kept)).filter((name) => name.endsWith(".tmp"));
    expect(left).toHaveLength(1);
    const secret = await readFile(join(kept, left[0] ?? ""), "utf8");
    expect(secret).toMatch(secretPattern);
    expect(((await lstat(join(kept, left[0] ?? ""))).mode & constants.S_IRWXO) | 0).toBe(0);
    const before = await admin.countKeys();
    const again = await create(["file:kept/crm.key"], { name: "Killed" });
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toContain('Recovered the secret of "Killed"');
    expect(await readFile(join(kept, "crm.key"), "utf8")).toBe(secret);
    expect(await readdir(kept)).toEqual(["crm.key"]);
    expect(await admin.countKeys()).toBe(before);
    expect(await presentSecret(server, secret)).toBe(200);
  });
});
