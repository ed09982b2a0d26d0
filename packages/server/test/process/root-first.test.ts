import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { warnOfOpenFiles } from "../../src/commands/read-config.ts";
import { useServerProcess, useTemporaryDirectory } from "../support/lifetimes.ts";
import { runCommand } from "../support/run-command.ts";
import { mainPath } from "../support/spawn-server.ts";

const nobody = 65_534;
const person = ["--email", "ada@partner.example", "--first-name", "Ada", "--last-name", "Lovelace"];
const asNobody = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", process.execPath, mainPath];

/** Creates a folder of the service account, as systemd and installation guides do. */
function useServiceFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "briksync-root-first-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  chownSync(folder, nobody, nobody);
  chmodSync(folder, 0o700);
  return folder;
}

describe.skipIf(process.getuid?.() !== 0)(
  "commands that root runs before the first start of the service",
  { timeout: 90_000 },
  () => {
    const expectFilesOfService = (folder: string): void => {
      const files = readdirSync(folder);
      expect(files).toEqual(expect.arrayContaining(["briksync.db", "briksync.db-uses"]));
      for (const file of files) {
        const { uid, gid, mode } = statSync(join(folder, file));
        expect([uid, gid, mode & 0o077], file).toEqual([nobody, nobody, 0]);
      }
    };

    it.each([
      ["admin create", ["admin", "create", ...person, "--company", "Acme"]],
      ["migrate", ["migrate"]],
      ["import", ["import"]],
    ])("S-10 S-50 %s creates files of the service account, and the service starts", async (_name, args) => {
      const folder = useServiceFolder();
      const env = { DATABASE_URL: `sqlite:${folder}/briksync.db` };
      await runCommand(args, env);
      expectFilesOfService(folder);
      const server = await useServerProcess(env, { command: [...asNobody, "serve"] });
      // Root can also run commands while the service runs.
      expect((await runCommand(["audit", "anchor"], env)).code).toBe(0);
      expectFilesOfService(folder);
      expect(await server.stop()).toEqual({ code: 0, signal: null });
    });

    it("S-10 never changes the owner of a file through a link of the service account", async () => {
      const folder = useServiceFolder();
      const target = join(useTemporaryDirectory(), "of-root");
      symlinkSync(target, join(folder, "briksync.db"));
      await runCommand(["migrate"], { DATABASE_URL: `sqlite:${folder}/briksync.db` });
      expect(statSync(target).uid).toBe(0);
    });
  },
);

describe("database files that others can read", { timeout: 90_000 }, () => {
  it("S-10 include the database, the last-used buffer, and the files of SQLite for both", () => {
    const path = join(useTemporaryDirectory(), "briksync.db");
    const files = ["", "-wal", "-shm", "-uses", "-uses-wal", "-uses-shm"].map((suffix) => `${path}${suffix}`);
    const said: string[] = [];
    const warn = (): void => warnOfOpenFiles({ say: (text) => said.push(text) }, { engine: "sqlite", path });
    for (const file of files) writeFileSync(file, "", { mode: 0o600 });
    warn();
    expect(said).toEqual([]);
    for (const file of files) {
      for (const mode of [0o604, 0o640, 0o602, 0o620]) {
        chmodSync(file, mode);
        warn();
        expect(said.pop(), `${file} ${mode.toString(8)}`).toContain(`Run: chmod 600 ${file}`);
      }
      chmodSync(file, 0o600);
    }
  });

  it("S-10 cause a warning that contains a command to fix it, and every command continues", async () => {
    const path = join(useTemporaryDirectory(), "briksync.db");
    const env = { DATABASE_URL: `sqlite:${path}`, PORT: "0", LOG_LEVEL: "silent" };
    expect((await runCommand(["migrate"], env)).stderr).toBe("The database is up to date.\n");
    for (const [file, mode] of [
      [path, 0o640],
      [`${path}-uses`, 0o602],
    ] as const) {
      chmodSync(file, mode);
      const { code, stderr } = await runCommand(["audit", "anchor"], env);
      expect([code, stderr]).toEqual([0, expect.stringContaining(`Run: chmod 600 ${file}\n`)]);
      chmodSync(file, 0o600);
    }
    chmodSync(path, 0o604);
    const server = await useServerProcess(env);
    expect(server.stderr()).toContain(`Run: chmod 600 ${path}`);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  });
});
