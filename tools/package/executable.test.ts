import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  findMissingKeyringPrograms,
  type Keyring,
  listEntries,
  startKeyring,
} from "../../packages/cli/test/support/keyring.ts";
import { useAccount, useServer } from "../../packages/cli/test/support/lifetimes.ts";
import { findMissingPrograms } from "../installed-programs.ts";
import { buildExecutable, provideExecutable } from "./build-executable.ts";
import { readVersion } from "./main.ts";
import { findOwnPlatform } from "./platforms.ts";

const missing =
  process.platform === "linux"
    ? (findMissingPrograms("strip") ?? findMissingKeyringPrograms())
    : "the executable is built for Linux here";

describe.skipIf(missing !== undefined)(`the single executable${missing === undefined ? "" : ` (${missing})`}`, () => {
  const directory = mkdtempSync(join(tmpdir(), "briksync-executable-test-"));
  const home = join(directory, "home");
  const server = useServer();
  const account = useAccount(server);
  let executable: string;
  let keyring: Keyring;

  beforeAll(async () => {
    executable = await provideExecutable(findOwnPlatform());
    keyring = await startKeyring({ state: "unlocked" });
    mkdirSync(home);
    // A PATH with the shell's own programs, and without Node.
    mkdirSync(join(directory, "bin"));
    for (const name of ["sh", "bash", "cat"]) symlinkSync(`/bin/${name}`, join(directory, "bin", name));
  }, 300_000);
  afterAll(async () => {
    await keyring?.stop();
    rmSync(directory, { recursive: true });
  });

  function run(args: readonly string[], options: { input?: string; env?: Record<string, string> } = {}) {
    const env = {
      PATH: join(directory, "bin"),
      BRIKSYNC_SERVER: server.url,
      ...keyring.env,
      HOME: home,
      ...options.env,
    };
    return spawnSync(executable, args, {
      cwd: home,
      env,
      input: options.input ?? "",
      encoding: "utf8",
      timeout: 30_000,
    });
  }

  it("prints its version without Node on the machine", () => {
    expect(run(["--version"])).toMatchObject({ stdout: `${readVersion()}\n`, stderr: "", status: 0 });
    const found = spawnSync("sh", ["-c", "command -v node"], { env: { PATH: join(directory, "bin") } });
    expect(found.status).not.toBe(0);
  });

  it("keeps the session in the keychain, creates a key, and rotates it to a file", async () => {
    const login = run(["login", "--email", account.email, "--password-stdin"], { input: account.password });
    expect(login.stderr).toContain("The session is stored in the keychain");
    expect((await listEntries(keyring)).length).toBe(1);
    expect(JSON.parse(run(["whoami", "-o", "json"]).stdout).token).toMatchObject({ storage: "keychain" });

    const created = run(["keys", "create", "CRM", "--secret-only"]).stdout.trim();
    expect(created).toMatch(/^sec_[0-9a-f]{48}$/);
    const rotated = run(["keys", "rotate", "CRM", "--to", "file:crm.key", "--grace", "1h"]);
    expect(rotated.status, rotated.stderr).toBe(0);
    const secret = readFileSync(join(home, "crm.key"), "utf8").trim();
    expect(secret).toMatch(/^sec_[0-9a-f]{48}$/);
    expect(secret).not.toBe(created);
    expect(run(["keys", "verify"], { input: secret }).status).toBe(0);

    const names = run(["__complete", "--line=briksync keys show C", "--word=C"]);
    expect(names.stdout).toContain("CRM");
    expect(run(["logout"]).status).toBe(0);
    expect(await listEntries(keyring)).toEqual([]);
  });

  it("completes commands in bash, zsh and fish with its own scripts", () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      expect(run(["completion", shell]).stdout).toContain("briksync completion for");
    }
    expect(run(["__complete", "--line=briksync keys ro", "--word=ro"]).stdout.trim()).toBe("rotate");
  });

  it("loads no code from environment variables, and treats options of Node as its own arguments", () => {
    const intruder = join(directory, "intruder.cjs");
    writeFileSync(intruder, 'require("node:fs").writeFileSync("intruded", "");');
    const env = { NODE_OPTIONS: `--require ${intruder}` };
    expect(run(["--version"], { env })).toMatchObject({ stdout: `${readVersion()}\n`, stderr: "", status: 0 });
    expect(run(["whoami"], { env }).status).toBe(4);
    expect(() => readFileSync(join(home, "intruded"))).toThrow("ENOENT");
    expect(run(["--eval", "1"]).status).toBe(2);
  });

  it("leaves no file in the temporary directory", () => {
    const temporary = join(directory, "tmp");
    mkdirSync(temporary);
    const doctor = run(["doctor", "-o", "json"], { env: { TMPDIR: temporary } });
    const findings: { check: string; status: string }[] = JSON.parse(doctor.stdout);
    expect(findings.find(({ check }) => check === "keychain")?.status).toBe("ok");
    expect(spawnSync("ls", ["-A", temporary], { encoding: "utf8" }).stdout).toBe("");
  });

  it("has the same bytes if it is built again in another directory", async () => {
    const again = join(directory, "again", "briksync");
    await buildExecutable(findOwnPlatform(), again);
    expect(readFileSync(again).equals(readFileSync(executable))).toBe(true);
  }, 300_000);
});
