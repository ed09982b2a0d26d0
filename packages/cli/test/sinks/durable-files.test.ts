import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { runShell } from "../support/shell.ts";

const server = useServer();
const admin = useAdmin(server);
let library: string;

const isLinux = process.platform === "linux";

beforeAll(async () => {
  library = join(admin.directory, "disk-calls.so");
  const source = fileURLToPath(new URL("../support/disk-calls.c", import.meta.url));
  if (isLinux) execFileSync("cc", ["-shared", "-fPIC", "-o", library, source, "-ldl"]);
});

/**
 * Runs a script and records each flush, rename and change of owner by the CLI. Replaces the random part of temporary
 * names.
 */
async function watch(
  script: string,
  cwd: string,
  fault = "",
  more: Readonly<Record<string, string>> = {},
): Promise<{ calls: string[]; stderr: string; exitCode: number | null }> {
  const log = join(cwd, "calls");
  const env = { ...admin.env, ...more, LD_PRELOAD: library, DISK_CALLS: log, DISK_FAULT: fault };
  const { exitCode, stderr } = await runShell(script, { env, cwd });
  const text = await readFile(log, "utf8").catch(() => "");
  const calls = text
    .trim()
    .split("\n")
    .map((line) => line.replaceAll(/\.[0-9a-f]{16}\.tmp/g, ".*.tmp"));
  await rm(log, { force: true });
  return { calls, stderr, exitCode };
}

describe.skipIf(!isLinux)("C-03 a file that the CLI writes", () => {
  it("is flushed before it replaces the old file, and its directory afterwards", async () => {
    const cwd = await mkdtemp(join(admin.directory, "durable-"));
    await mkdir(join(cwd, "new"));
    await writeFile(join(cwd, ".env"), "KEY=\n", { mode: 0o600 });
    const { calls, exitCode } = await watch(
      "briksync keys create Durable -q --overwrite --to file:new/key --to env:.env#KEY",
      cwd,
    );
    expect(exitCode).toBe(0);
    const journal = join(admin.configDirectory, "journal");
    const written = calls.filter((line) => line.includes(cwd));
    const replace = (directory: string, name: string): string[] => [
      `sync ${directory}/.${name}.*.tmp`,
      `rename ${directory}/.${name}.*.tmp ${directory}/${name}`,
      `sync ${directory}`,
    ];
    // The first two flushes belong to the checks before the key is created.
    expect(written.slice(2)).toEqual([...replace(join(cwd, "new"), "key"), ...replace(cwd, ".env")]);
    // The journal entry, which recovers the secret, is on disk before the CLI sends the request.
    expect(calls.filter((line) => line.includes(journal))).toEqual([
      expect.stringMatching(/^sync .*\/journal\/\.create-[0-9a-f]+\.json\.\*\.tmp$/),
      expect.stringMatching(
        /^rename .*\/journal\/\.create-[0-9a-f]+\.json\.\*\.tmp .*\/journal\/create-[0-9a-f]+\.json$/,
      ),
      `sync ${journal}`,
    ]);
  });

  it("is also flushed after an append or an overwrite in place", async () => {
    const cwd = await mkdtemp(join(admin.directory, "place-"));
    const variables = join(cwd, "variables");
    await writeFile(variables, "A=1\n");
    const runner = { GITHUB_ACTIONS: "true", GITHUB_ENV: variables };
    const added = await watch("briksync keys create 'For a job' -q --to github-env:KEY", cwd, "", runner);
    expect(added.exitCode).toBe(0);
    expect(added.calls.filter((line) => line.includes(cwd))).toEqual([`sync ${variables}`]);
    // The old refresh token is already used. If no new file can be created, the CLI overwrites the old session in place.
    const source = fileURLToPath(new URL("../../src/storage/open-session-storage.ts", import.meta.url));
    const code = `const { openSessionStorage } = await import(process.env.MODULE);
      const context = { host: { platform: "linux", userId: process.geteuid() }, signal: new AbortController().signal };
      const address = { directory: process.env.DIRECTORY, profile: "default", server: "https://a.example" };
      await openSessionStorage(context, "file", address).save({ accessToken: "t", refreshToken: "new" });`;
    const script = '"$NODE" --input-type=module -e "$CODE"';
    const more = { MODULE: source, DIRECTORY: cwd, CODE: code };
    expect(await watch(script, cwd, "", more)).toMatchObject({ exitCode: 0 });
    const replaced = await watch(script, cwd, ".tmp", more);
    expect(replaced.exitCode, replaced.stderr).toBe(0);
    expect(replaced.calls.map((line) => line.replace(`${cwd}/sessions/`, ""))).toEqual([
      expect.stringMatching(/^sync \.default-[0-9a-f]+\.json\.\*\.tmp$/),
      expect.stringMatching(/^sync default-[0-9a-f]+\.json$/),
    ]);
  });

  it("counts as delivered only after a successful flush of its directory, or of stdout", async () => {
    for (const [fault, script, path, message] of [
      [
        "/dir",
        "mkdir -p dir; briksync keys create 'Fails later' --to file:dir/key",
        "dir/key",
        "may be lost in a power failure",
      ],
      [
        "/out",
        "briksync keys create 'Fails on stdout' --secret-only > out",
        "out",
        "the new secret could not be written",
      ],
    ] as const) {
      const cwd = await mkdtemp(join(admin.directory, "fault-"));
      const { exitCode, stderr } = await watch(script, cwd, fault);
      expect({ script, exitCode }).toEqual({ script, exitCode: 1 });
      expect(stderr).toContain(message);
      // No temporary file is left, and the same command recovers a created secret.
      expect((await readdir(cwd)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
      const again = await runShell(script, { env: admin.env, cwd });
      expect({ script, exitCode: again.exitCode }).toEqual({ script, exitCode: 0 });
      const secret = (await readFile(join(cwd, path), "utf8")).trim();
      expect(await presentSecret(server, secret)).toBe(200);
    }
  });
});

describe.skipIf(!isLinux || process.geteuid?.() !== 0)("C-13 a run as root in another user's home (needs root)", () => {
  it("changes owners through open files, because that user could replace a path with a link", async () => {
    const user = 54_321;
    const cwd = await mkdtemp(join(admin.directory, "root-"));
    const home = join(cwd, "user");
    await mkdir(home);
    await chown(home, user, user);
    await chmod(home, 0o755);
    const directory = join(home, ".config", "briksync");
    const { calls, exitCode } = await watch("briksync keys create 'By root' --secret-only", cwd, "", {
      BRIKSYNC_CONFIG_DIR: directory,
    });
    expect(exitCode).toBe(0);
    const named = calls.map((line) => line.replaceAll(directory, "~"));
    const given = named.filter((line) => line.startsWith("chown"));
    expect(given).toEqual([
      "chown ~/journal",
      "chown ~",
      `chown ${join(home, ".config")}`,
      expect.stringMatching(/^chown ~\/journal\/create-[0-9a-f]+\.lock$/),
      expect.stringMatching(/^chown ~\/journal\/\.create-[0-9a-f]+\.json\.\*\.tmp$/),
    ]);
    // The new owner is on disk before the file gets its final name.
    const [flush, rename] = named.slice(named.indexOf(given.at(-1) ?? "") + 1);
    expect([flush, rename]).toEqual([
      expect.stringMatching(/^sync .*\.json\.\*\.tmp$/),
      expect.stringMatching(/^rename .*\.json\.\*\.tmp ~\/journal\/create-[0-9a-f]+\.json$/),
    ]);
  });
});
