import { spawn, spawnSync } from "node:child_process";
import { chown, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeFileAtomically } from "../../src/storage/write-file-atomically.ts";
import { writeOwnFile } from "../../src/storage/write-own-file.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "briksync-storage-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("C-03 writing a file", () => {
  const writer = fileURLToPath(new URL("../../src/storage/write-file-atomically.ts", import.meta.url));

  it("creates it with mode 0600 in 0700 directories with any umask, and leaves no other files", async () => {
    const path = join(directory, "a", "b", "config.json");
    const before = process.umask(0);
    try {
      await writeFileAtomically(path, "content");
    } finally {
      process.umask(before);
    }
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, "a", "b"))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(directory, "a", "b"))).toEqual(["config.json"]);
  });

  it("keeps the old content and leaves no other files if the last check forbids the replacement", async () => {
    const path = join(directory, "config.json");
    await writeFileAtomically(path, "old");
    const reason = new Error("too late");
    const beforeReplacing = async (): Promise<void> => {
      expect(await readFile(path, "utf8")).toBe("old");
      throw reason;
    };
    await expect(writeFileAtomically(path, "new", { beforeReplacing })).rejects.toBe(reason);
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(directory)).toEqual(["config.json"]);
  });

  it("leaves the complete old or new content after a kill at any moment", async () => {
    const path = join(directory, "config.json");
    const versions = ["a", "b"].map((letter) => letter.repeat(400_000));
    await writeFileAtomically(path, versions[0] ?? "");
    const script = `const { writeFileAtomically } = await import(${JSON.stringify(writer)});
      process.stdout.write("ready");
      for (let i = 0; ; i += 1) await writeFileAtomically(${JSON.stringify(path)}, (i % 2 ? "a" : "b").repeat(400000));`;
    for (let round = 0; round < 12; round += 1) {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      await setTimeout(Math.random() * 60);
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await ended;
      expect(versions).toContain(await readFile(path, "utf8"));
    }
  });

  it.skipIf(process.platform === "win32")("keeps the old content and cleans up on a full disk", async () => {
    const path = join(directory, "config.json");
    await writeFileAtomically(path, "old");
    const script = `const { writeFileAtomically } = await import(${JSON.stringify(writer)});
      await writeFileAtomically(${JSON.stringify(path)}, "x".repeat(100000)).catch((error) => console.log(error.type, error.message));`;
    // The limit lets no file grow beyond one block, so the write fails in the middle.
    const limited = `trap '' XFSZ; ulimit -f 1; exec "${process.execPath}" --input-type=module -e '${script.replaceAll("'", "'\\''")}'`;
    const env = { PATH: process.env["PATH"], NODE_DISABLE_COMPILE_CACHE: "1" };
    const { stdout } = spawnSync("sh", ["-c", limited], { encoding: "utf8", env });
    expect(stdout).toMatch(/^FILE_FAILED Could not write .*config\.json/);
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(directory)).toEqual(["config.json"]);
  });

  it("reports the file and the error, and keeps the old content", async () => {
    const blocked = join(directory, "file");
    await writeFile(blocked, "old");
    await expect(writeFileAtomically(join(blocked, "config.json"), "new")).rejects.toMatchObject({
      type: "FILE_FAILED",
      message: expect.stringContaining(join(blocked, "config.json")),
    });
    expect(await readFile(blocked, "utf8")).toBe("old");
  });
});

describe.skipIf(process.geteuid?.() !== 0)("C-13 a file that root writes for another user (needs root)", () => {
  const user = 54_321;

  it("is owned by that user, with its directories, and by root elsewhere", async () => {
    const home = join(directory, "home");
    await mkdir(home);
    await chown(home, user, user);
    await writeOwnFile({ userId: 0 }, join(home, "a", "b", "config.json"), "new");
    for (const name of ["a", "a/b", "a/b/config.json"]) {
      expect(await stat(join(home, name)), name).toMatchObject({ uid: user, gid: user });
    }
    expect((await stat(join(home, "a", "b", "config.json"))).mode & 0o777).toBe(0o600);
    await writeOwnFile({ userId: 0 }, join(directory, "own", "config.json"), "new");
    expect(await stat(join(directory, "own", "config.json"))).toMatchObject({ uid: 0 });
  });

  it("is never written through a symbolic link of that user", async () => {
    const home = join(directory, "home");
    const target = join(directory, "roots");
    await mkdir(home);
    await chown(home, user, user);
    await writeFile(target, "old", { mode: 0o600 });
    await symlink(target, join(home, "config.json"));
    const writing = writeOwnFile({ userId: 0 }, join(home, "config.json"), "new");
    await expect(writing).rejects.toMatchObject({
      type: "FILE_FAILED",
      message: expect.stringContaining("a symbolic link"),
    });
    expect(await readFile(target, "utf8")).toBe("old");
    expect(await stat(target)).toMatchObject({ uid: 0 });
    expect((await lstat(join(home, "config.json"))).isSymbolicLink()).toBe(true);
  });
});
