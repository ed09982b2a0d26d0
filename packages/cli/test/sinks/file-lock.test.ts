import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findFileTarget, withTarget } from "../../src/sinks/files/file-target.ts";
import { type LockOptions, withFileLock } from "../../src/storage/file-lock.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "briksync-storage-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

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

  const machine = { platform: process.platform, userId: process.geteuid?.(), env: {} };

  it("admits one holder at a time, and eventually every waiter", async () => {
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

  it("is released if the work throws", async () => {
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

  it("of a dead process is left to a waiter that replaces the guard of a dead waiter at the same time", async () => {
    const path = join(directory, "x.lock");
    const dead = { processId: 1, processSpace: "here", hostName: hostname(), token: "dead" };
    const fresh = JSON.stringify({ ...dead, processId: 2, token: "fresh" });
    await writeFile(path, JSON.stringify(dead));
    await writeFile(`${path}.break`, JSON.stringify({ ...dead, processId: 3, token: "dead waiter" }));
    const isProcessAlive = (id: number): boolean => {
      if (id === 3) writeFileSync(`${path}.break`, fresh);
      return id === 2;
    };
    const waiting = withFileLock(path, options({ isProcessAlive }, { waitMs: 150 }), async () => 1);
    await expect(waiting).rejects.toMatchObject({ type: "BUSY" });
    expect(await readFile(`${path}.break`, "utf8")).toBe(fresh);
    expect(await readdir(directory)).toEqual(["x.lock", "x.lock.break"]);
  });

  it("C-08 for a destination removes temporary files of killed runs, but not those of a live run", async () => {
    const path = join(directory, "crm.key");
    const content = join(directory, `.crm.key.${"a".repeat(16)}.tmp`);
    const attempt = join(directory, `.crm.key.${"b".repeat(16)}.try.tmp`);
    const others = [".crm.key.tmp", `.crm.keys.${"a".repeat(16)}.tmp`, `.crm.key.${"a".repeat(16)}.old.tmp`];
    for (const name of others) await writeFile(join(directory, name), "");
    await writeFile(content, "sec_");
    await writeFile(attempt, "");
    const locate = () => findFileTarget(path, machine);
    await withTarget(locate, options({}), async () => undefined);
    expect((await readdir(directory)).sort()).toEqual([basename(attempt), ...others].sort());
    const long = new Date(Date.now() - 120_000);
    await utimes(attempt, long, long);
    await withTarget(locate, options({}), async () => undefined);
    expect((await readdir(directory)).sort()).toEqual(others.sort());
  });

  it("C-08 for a destination re-reads the file after the wait, and refuses a new link", async () => {
    const path = join(directory, ".env");
    const changes = [
      () => writeFile(path, "A=1\n"),
      () => rename(path, `${path}.old`),
      () => symlink(`${path}.old`, path),
    ];
    const seen = [];
    for (const change of changes) {
      let notice = (): void => {};
      const waits = new Promise<void>((resolve) => {
        notice = resolve;
      });
      const lock = options({}, { onWait: () => notice() });
      let second: Promise<unknown> = Promise.resolve();
      await withFileLock(`${directory}/..env.briksync.lock`, options(), async () => {
        second = withTarget(
          () => findFileTarget(path, machine),
          lock,
          async ({ doesExist }) => doesExist,
        );
        second.catch(() => {});
        await waits;
        await change();
      });
      seen.push(await second.catch((error: Error) => error.message));
    }
    expect(seen).toEqual([true, false, `${path} was replaced with a link while this run waited for its lock.`]);
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

  it("C-13 of another machine or PID namespace, or with incomplete content, expires only by age", async () => {
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
      // A time in the future is as unreliable as an old one, because clocks are adjusted.
      for (const offsetMs of [-60_000, 3_600_000]) {
        const time = new Date(Date.now() + offsetMs);
        await writeFile(path, content);
        await utimes(path, time, time);
        expect(await withFileLock(path, options(host, { staleMs: 500 }), async () => 2)).toBe(2);
      }
    }
  });

  it("that another process has taken over is not released", async () => {
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
