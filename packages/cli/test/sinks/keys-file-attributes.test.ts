import { execFileSync } from "node:child_process";
import { chmod, chown, link, mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type PrintedKey, presentSecret } from "../support/admin.ts";
import { useAdmin, useDirectory, useServer } from "../support/lifetimes.ts";

const server = useServer();
const admin = useAdmin(server);
const directory = useDirectory(admin);
let key: PrintedKey;
const undoing: (() => void)[] = [];

beforeAll(async () => {
  key = await admin.createKey("CRM");
});
afterEach(async () => {
  for (const undo of undoing.splice(0).toReversed()) undo();
});

const isRoot = process.getuid?.() === 0 && process.platform === "linux";
const call = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd: directory.path, encoding: "utf8", stdio: "pipe" });
const rotate = (sinks: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  admin.run(["keys", "rotate", key.id, "-q", ...sinks.flatMap((sink) => ["--to", sink])], { cwd: directory.path, env });

/** Returns all attributes of a file, except its content and times. */
function describeFile(name: string): string {
  const attributes = call("getfattr", "--absolute-names", "-d", "-m", "-", name);
  return [call("getfacl", "-cn", name), attributes, call("stat", "-c", "%u:%g %a %h", name)].join("\n");
}

async function expectUnchanged(states = ["current"]): Promise<void> {
  const secrets = await admin.fetchJson<{ state: string }[]>(`/keys/${key.id}/rotations`);
  expect(secrets.map(({ state }) => state)).toEqual(states);
}

describe.skipIf(!isRoot)("C-12 a file that is replaced", () => {
  it.each(["this file system", "tmpfs"])("keeps owner, mode, access control list and attributes (%s)", async (kind) => {
    await mkdir(join(directory.path, "kept"));
    if (kind === "tmpfs") {
      call("mount", "-t", "tmpfs", "tmpfs", "kept");
      undoing.push(() => call("umount", "--lazy", "kept"));
    }
    await directory.write("kept/.env", "KEY=\n");
    await directory.write("kept/crm.key", "");
    call("setfacl", "-m", "u:1234:r", "-m", "g:2345:rw", "kept/.env");
    for (const name of ["kept/.env", "kept/crm.key"]) {
      call("setfattr", "-n", "user.origin", "-v", "deploy tool", name);
      call("setfattr", "-n", "trusted.note", "-v", "1", name);
      await chown(join(directory.path, name), 1234, 2345);
    }
    await chmod(join(directory.path, "kept/crm.key"), 0o4700);
    await symlink("kept/.env", join(directory.path, "link.env"));
    const before = ["kept/.env", "kept/crm.key"].map(describeFile);
    const inode = (await stat(join(directory.path, "kept/.env"))).ino;
    expect(await rotate(["env:link.env#KEY", "file:kept/crm.key"])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(["kept/.env", "kept/crm.key"].map(describeFile)).toEqual(before);
    expect((await stat(join(directory.path, "kept/.env"))).ino).not.toBe(inode);
    expect(await presentSecret(server, await directory.read("kept/crm.key"))).toBe(200);
    expect(await directory.read("link.env")).toBe(`KEY=${await directory.read("kept/crm.key")}\n`);
    expect(call("ls", "-A", "kept").trim().split("\n").sort()).toEqual([".env", "crm.key"]);
  });

  it("gets no access control list from its directory", async () => {
    await directory.write(".env", "KEY=\n");
    call("setfacl", "-d", "-m", "u:1234:rw", ".");
    const before = describeFile(".env");
    expect(await rotate(["env:.env#KEY"])).toMatchObject({ exitCode: 0 });
    expect(describeFile(".env")).toBe(before);
  });

  it("is refused early with hard links, as a mount point, if immutable or append-only, and on a read-only disk", async () => {
    for (const name of ["linked", "mounted", "immutable", "append", "source"]) await directory.write(name, "");
    await link(join(directory.path, "linked"), join(directory.path, "other"));
    await mkdir(join(directory.path, "disk"));
    call("mount", "--bind", "source", "mounted");
    undoing.push(() => call("umount", "mounted"));
    call("mount", "-t", "tmpfs", "tmpfs", "disk");
    undoing.push(() => call("umount", "--lazy", "disk"));
    await directory.write("disk/file", "");
    call("mount", "-o", "remount,ro", "disk");
    call("chattr", "+i", "immutable");
    call("chattr", "+a", "append");
    undoing.push(() => call("chattr", "-ia", "immutable", "append"));
    for (const [name, reason] of [
      ["linked", "has 2 names (hard links)"],
      ["mounted", "is a mount point"],
      ["immutable", "is immutable or append-only"],
      ["append", "is immutable or append-only"],
      ["disk/file", "read-only"],
    ] as const) {
      for (const sink of [`file:${name}`, `env:${name}#KEY`]) {
        const { exitCode, stderr } = await rotate([sink]);
        expect({ sink, exitCode }).toEqual({ sink, exitCode: 1 });
        expect(stderr).toContain("Nothing was changed");
        expect(stderr).toContain(reason);
      }
      expect(await directory.read(name)).toBe("");
    }
    await expectUnchanged();
  });

  it("is refused early if the system's cp cannot preserve attributes", async () => {
    await directory.write(".env", "KEY=\n");
    await mkdir(join(directory.path, "bin"));
    const script = "#!/bin/sh\necho 'cp: unrecognized option: attributes-only' >&2\nexit 1\n";
    await writeFile(join(directory.path, "bin/cp"), script, { mode: 0o755 });
    const { exitCode, stderr } = await rotate(["env:.env#KEY"], { PATH: join(directory.path, "bin") });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("cannot be preserved: this requires cp of GNU coreutils");
    expect(await directory.read(".env")).toBe("KEY=\n");
    await expectUnchanged();
  });
});
