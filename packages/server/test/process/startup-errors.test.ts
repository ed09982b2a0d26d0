import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useServerProcess, useTemporaryDirectory } from "../support/lifetimes.ts";
import { openRawSocket } from "../support/raw-socket.ts";
import { runCommand } from "../support/run-command.ts";

describe("the configuration", () => {
  it("S-50 reports all problems together, exits with 78, and never listens or creates a file", async () => {
    const directory = useTemporaryDirectory();
    const { code, stdout, stderr } = await runCommand(["serve"], {
      DATABASE_URL: `sqlite:${join(directory, "briksync.db")}`,
      PORT: "many",
      LOG_LEVEL: "loud",
      BRIKSYNC_JWT_SECRET: "canary-short-secret",
      RATE_LIMIT_BURST: "-5",
      TRUSTED_PROXIES: "x",
      CRON_SECRET: "canary",
      SUPABASE_JWT_SECRET: "canary-of-more-than-thirty-two-bytes",
    });
    expect(code).toBe(78);
    expect(stdout).toBe("");
    const [title, ...lines] = stderr.trimEnd().split("\n");
    expect(title).toBe("The configuration is not valid:");
    expect(lines.map((line) => line.trim().split(":")[0]).sort()).toEqual([
      "BRIKSYNC_JWT_SECRET",
      "CRON_SECRET",
      "LOG_LEVEL",
      "PORT",
      "RATE_LIMIT_BURST",
      "SUPABASE_JWT_SECRET",
      "TRUSTED_PROXIES",
    ]);
    expect(stderr).not.toContain("canary");
    expect(readdirSync(directory)).toEqual([]);
  });

  it("S-50 reports why the server cannot start", async () => {
    const directory = useTemporaryDirectory();
    const missing = await runCommand(["serve"], { DATABASE_URL: `sqlite:${directory}/nowhere/briksync.db` });
    expect(missing.code).toBe(78);
    expect(missing.stderr).toMatch(/DATABASE_URL: the folder .*nowhere does not exist. Run: install -d .*\n$/);

    const path = join(directory, "notes.txt");
    writeFileSync(path, "no database, though long enough to be taken for one by its size alone\n".repeat(20), {
      mode: 0o600,
    });
    const foreign = await runCommand(["serve"], {
      DATABASE_URL: `sqlite:${path}`,
      BRIKSYNC_JWT_SECRET: "a signing secret of more than 32 bytes",
      BRIKSYNC_KEY_PEPPER: "a pepper of more than thirty-two bytes",
    });
    expect([foreign.code, foreign.stderr]).toEqual([78, `${path} is not an SQLite database. Nothing was changed.\n`]);

    const running = await useServerProcess({ DATABASE_URL: "sqlite::memory:" });
    const taken = await runCommand(["serve"], { DATABASE_URL: "sqlite::memory:", PORT: new URL(running.url).port });
    expect(taken.code).toBe(1);
    expect(taken.stderr).toMatch(/^listen EADDRINUSE.*\n$/);
    expect(taken.stdout).toBe("");
    (await openRawSocket(running.url)).destroy();
  });

  it("S-50 refuses unknown commands and options with exit code 2 and a hint", async () => {
    for (const args of [
      ["sevre"],
      ["serve", "--port", "80"],
      ["admin", "create", "--bogus"],
      ["admin", "create"],
      ["serve", "extra"],
    ]) {
      const { code, stderr, stdout } = await runCommand(args, { DATABASE_URL: "sqlite::memory:" });
      expect([code, stdout], args.join(" ")).toEqual([2, ""]);
      expect(stderr, args.join(" ")).toMatch(/^error: .*\n/);
    }
    const help = await runCommand(["admin", "create", "--help"], {});
    expect(help.code).toBe(0);
    expect(help.stdout).toContain("--must-change-password");
  });

  it("S-50 does not create a database in read-only commands", async () => {
    const directory = useTemporaryDirectory();
    const { code } = await runCommand(["openapi"], { DATABASE_URL: `sqlite:${join(directory, "briksync.db")}` });
    expect(code).toBe(0);
    expect(existsSync(join(directory, "briksync.db"))).toBe(false);
  });
});
