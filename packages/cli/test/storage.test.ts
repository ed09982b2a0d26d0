import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import {
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withTarget } from "../src/sinks/files/file-target.ts";
import { type LockOptions, withFileLock } from "../src/storage/file-lock.ts";
import { writeFileAtomically } from "../src/storage/write-file-atomically.ts";
import { writeOwnFile } from "../src/storage/write-own-file.ts";
import { cliPath } from "./support/cli-process.ts";
import { useAccount, useHome, useServer } from "./support/lifetimes.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "briksync-storage-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("C-03 writing a file", () => {
  const writer = fileURLToPath(new URL("../src/storage/write-file-atomically.ts", import.meta.url));

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
    // No file may grow beyond one block; the write fails in the middle.
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

describe("C-03 a full disk", () => {
  const server = useServer();
  const account = useAccount(server);
  const home = useHome(() => ({ BRIKSYNC_SERVER: server.url, NODE_DISABLE_COMPILE_CACHE: "1" }));

  const login = (): string =>
    `"${process.execPath}" "${cliPath}" login --insecure-storage --email ${account.email} --password-stdin`;

  it.skipIf(process.platform === "win32")(
    "makes the sign-in fail, keeps the old session valid and unchanged, and leaves no lock",
    async () => {
      await home.run(["login", "--insecure-storage", "--email", account.email, "--password-stdin"], {
        stdin: account.password,
      });
      const before = await readTree(home.configDirectory);
      // Every write to a file fails from the first byte on; writes to pipes do not.
      const refused = spawnSync("sh", ["-c", `trap '' XFSZ; ulimit -f 0; ${login()}`], {
        env: home.env,
        input: account.password,
        encoding: "utf8",
      });
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain(home.configDirectory);
      expect(await readTree(home.configDirectory)).toEqual(before);
      expect((await home.run(["whoami"])).exitCode).toBe(0);
    },
  );

  const hasNamespaces = spawnSync("unshare", ["-rm", "true"]).status === 0;
  it.skipIf(!hasNamespaces)("is reported (needs Linux user namespaces)", async () => {
    const mount = `mkdir -p "$BRIKSYNC_CONFIG_DIR" && mount -t tmpfs -o size=16k,mode=700 none "$BRIKSYNC_CONFIG_DIR"`;
    const fill = `head -c 100000 /dev/zero >"$BRIKSYNC_CONFIG_DIR/filler" 2>/dev/null`;
    const script = `${mount} && { ${fill}; ${login()}; code=$?; ls -A "$BRIKSYNC_CONFIG_DIR"; exit $code; }`;
    const result = spawnSync("unshare", ["-rm", "sh", "-c", script], {
      env: home.env,
      input: account.password,
      encoding: "utf8",
    });
    expect(result.stderr).toMatch(/disk is full|ENOSPC/);
    expect(result.status).toBe(1);
    expect(result.stdout).not.toContain(".tmp");
    expect(result.stdout).not.toContain("config.json");
  });

  it.skipIf(!hasNamespaces)(
    "C-13 can still replace a spent session with a renewed one (needs Linux user namespaces)",
    () => {
      const module = fileURLToPath(new URL("../src/storage/open-session-storage.ts", import.meta.url));
      const code = `import { execFileSync } from "node:child_process";
      import { openSessionStorage } from ${JSON.stringify(module)};
      const directory = process.env.DIRECTORY;
      const context = { host: { platform: "linux", userId: 0 }, signal: new AbortController().signal };
      const storage = openSessionStorage(context, "file", { directory, profile: "default", server: "https://a.example" });
      await storage.save({ accessToken: "old", refreshToken: "spent" + "x".repeat(100) });
      execFileSync("sh", ["-c", 'head -c 1000000 /dev/zero > "$DIRECTORY/filler" 2>/dev/null || true']);
      const save = () => storage.save({ accessToken: "new", refreshToken: "fresh" });
      await storage.prepare().then(() => console.log("room"), () => console.log("full"));
      await save();
      console.log((await storage.load()).refreshToken);`;
      const script = `mount -t tmpfs -o size=64k,mode=700 none "$DIRECTORY" && exec "$NODE" --input-type=module -e "$CODE"`;
      const env = { PATH: process.env["PATH"], DIRECTORY: directory, NODE: process.execPath, CODE: code };
      const { stdout, stderr } = spawnSync("unshare", ["-rm", "sh", "-c", script], { env, encoding: "utf8" });
      expect({ stdout, stderr }).toEqual({ stdout: "full\nfresh\n", stderr: "" });
    },
  );

  async function readTree(root: string): Promise<Record<string, string>> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")])));
  }
});

describe("C-08 the lock between processes", () => {
  const options = (changes: Partial<LockOptions["host"]> = {}, rest: Partial<LockOptions> = {}): LockOptions => ({
    host: {
      processId: process.pid,
      processSpace: "here",
      hostName: hostname(),
      userId: process.geteuid?.(),
      isProcessAlive: () => true,
      ...changes,
    },
    ...rest,
  });

  it("admits one holder at a time, and all of them in the end", async () => {
    const path = join(directory, "locks", "x.lock");
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await setTimeout(5);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => withFileLock(path, options(), work)));
    expect(most).toBe(1);
    expect(await readdir(join(directory, "locks"))).toEqual([]);
  });

  it("is released when the work throws", async () => {
    const path = join(directory, "x.lock");
    const failing = withFileLock(path, options(), () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await withFileLock(path, options(), async () => "yes")).toBe("yes");
  });

  it("of a dead process is taken over by one waiter at a time", async () => {
    const path = join(directory, "x.lock");
    for (let round = 0; round < 10; round += 1) {
      await writeFile(
        path,
        JSON.stringify({ processId: 1, processSpace: "here", hostName: hostname(), token: "dead" }),
      );
      let inside = 0;
      let most = 0;
      const host = { isProcessAlive: (id: number) => id !== 1 };
      await Promise.all(
        Array.from({ length: 12 }, () =>
          withFileLock(path, options(host), async () => {
            inside += 1;
            most = Math.max(most, inside);
            await setTimeout(2);
            inside -= 1;
          }),
        ),
      );
      expect(most).toBe(1);
    }
    expect(await readdir(directory)).toEqual([]);
  });

  it("of a dead process is checked again before it is removed, because another waiter may hold it", async () => {
    const path = join(directory, "x.lock");
    const dead = { processId: 1, processSpace: "here", hostName: hostname(), token: "dead" };
    const fresh = JSON.stringify({ ...dead, processId: 2, token: "fresh" });
    await writeFile(path, JSON.stringify(dead));
    const isProcessAlive = (id: number): boolean => {
      if (id === 1) writeFileSync(path, fresh);
      return id !== 1;
    };
    const waiting = withFileLock(path, options({ isProcessAlive }, { waitMs: 150 }), async () => 1);
    await expect(waiting).rejects.toMatchObject({ type: "BUSY" });
    expect(await readFile(path, "utf8")).toBe(fresh);
  });

  it("C-08 removes what killed runs left beside a destination, but no try of a run that is at work", async () => {
    const path = join(directory, "crm.key");
    const content = join(directory, `.crm.key.${"a".repeat(16)}.tmp`);
    const attempt = join(directory, `.crm.key.${"b".repeat(16)}.try.tmp`);
    const others = [".crm.key.tmp", `.crm.keys.${"a".repeat(16)}.tmp`, `.crm.key.${"a".repeat(16)}.old.tmp`];
    for (const name of others) await writeFile(join(directory, name), "");
    await writeFile(content, "sec_");
    await writeFile(attempt, "");
    const target = { path } as Parameters<typeof withTarget>[0];
    await withTarget(target, options({}), async () => undefined);
    expect((await readdir(directory)).sort()).toEqual([basename(attempt), ...others].sort());
    const long = new Date(Date.now() - 120_000);
    await utimes(attempt, long, long);
    await withTarget(target, options({}), async () => undefined);
    expect((await readdir(directory)).sort()).toEqual(others.sort());
  });

  it("of a dead process is left to the waiter that is checking it, unless that waiter died too", async () => {
    const path = join(directory, "x.lock");
    const dead = { processId: 1, processSpace: "here", hostName: hostname(), token: "dead" };
    await writeFile(path, JSON.stringify(dead));
    await writeFile(`${path}.break`, JSON.stringify({ ...dead, processId: 2, token: "waiter" }));
    const isProcessAlive = (id: number): boolean => id !== 1;
    const waiting = withFileLock(path, options({ isProcessAlive }, { waitMs: 150 }), async () => 1);
    await expect(waiting).rejects.toMatchObject({ type: "BUSY" });
    expect(await readFile(path, "utf8")).toBe(JSON.stringify(dead));
    await writeFile(`${path}.break`, JSON.stringify(dead));
    expect(await withFileLock(path, options({ isProcessAlive }), async () => 2)).toBe(2);
    expect(await readdir(directory)).toEqual([]);
  });

  it("C-13 of a process on another machine or in another PID namespace, or half written, ends by age alone", async () => {
    const foreign = [
      { processId: 1, processSpace: "here", hostName: "another", token: "x" },
      { processId: 1, processSpace: "a sandbox", hostName: hostname(), token: "x" },
      { processId: 1, processSpace: null, hostName: hostname(), token: "x" },
    ];
    for (const content of [...foreign.map((holder) => JSON.stringify(holder)), ""]) {
      const path = join(directory, "x.lock");
      await writeFile(path, content);
      const host = { isProcessAlive: () => false };
      await expect(withFileLock(path, options(host, { waitMs: 150 }), async () => 1)).rejects.toMatchObject({
        type: "BUSY",
      });
      // A time in the future says as little as one long ago: clocks are set.
      for (const offsetMs of [-60_000, 3_600_000]) {
        const time = new Date(Date.now() + offsetMs);
        await writeFile(path, content);
        await utimes(path, time, time);
        expect(await withFileLock(path, options(host, { staleMs: 500 }), async () => 2)).toBe(2);
      }
    }
  });

  it("that another process holds now is not released", async () => {
    const path = join(directory, "x.lock");
    const other = JSON.stringify({ processId: 1, processSpace: "here", hostName: "another", token: "other" });
    await withFileLock(path, options(), () => writeFile(path, other));
    expect(await readFile(path, "utf8")).toBe(other);
  });

  it("S-65 that only looks old because its holder's clock is off is not removed", async () => {
    const path = join(directory, "x.lock");
    await writeFile(path, JSON.stringify({ processId: 1, hostName: "another", token: "x" }));
    const touch = setInterval(() => {
      const behind = new Date(Date.now() - 3_600_000);
      utimes(path, behind, behind).catch(() => {});
    }, 50);
    try {
      const waiting = withFileLock(path, options({}, { staleMs: 500, waitMs: 1500 }), async () => 1);
      await expect(waiting).rejects.toMatchObject({ type: "BUSY" });
    } finally {
      clearInterval(touch);
    }
  });

  it("that is still in use is not removed, even after a long time", async () => {
    const path = join(directory, "x.lock");
    let isDone = false;
    const slow = withFileLock(path, options({}, { staleMs: 400 }), async () => {
      await setTimeout(1500);
      isDone = true;
    });
    await setTimeout(50);
    await withFileLock(path, options({}, { staleMs: 400 }), async () => {
      expect(isDone).toBe(true);
    });
    await slow;
  });

  it("names the lock when the wait takes too long", async () => {
    const path = join(directory, "x.lock");
    await mkdir(directory, { recursive: true });
    await writeFile(path, JSON.stringify({ processId: process.pid, hostName: hostname(), token: "other" }));
    await expect(withFileLock(path, options({}, { waitMs: 100 }), async () => 1)).rejects.toMatchObject({
      type: "BUSY",
      message: expect.stringContaining(path),
    });
  });
});
