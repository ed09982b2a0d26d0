import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
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
import { buildDebianPackage, type DebianPackageInput } from "./build-debian-package.ts";
import { provideExecutable } from "./build-executable.ts";
import { type CleanRoot, createCleanRoot } from "./clean-root.ts";
import { readVersion } from "./main.ts";
import { findOwnPlatform } from "./platforms.ts";

/** Why a Debian system cannot be set up here. In CI it must be, and the tests fail otherwise. */
const obstacle =
  process.platform !== "linux" || (process.env["CI"] !== "true" && process.getuid?.() !== 0)
    ? "needs Linux and root"
    : (findMissingPrograms("dpkg-deb", "strip", "lintian", "mmdebstrap", "unshare") ?? findMissingKeyringPrograms());

describe.skipIf(obstacle !== undefined)(`the Debian package${obstacle === undefined ? "" : ` (${obstacle})`}`, () => {
  const directory = mkdtempSync(join(tmpdir(), "briksync-debian-test-"));
  let input: DebianPackageInput;
  let packagePath: string;

  beforeAll(async () => {
    const { debianArchitecture: architecture = "" } = findOwnPlatform();
    const executable = await provideExecutable(findOwnPlatform());
    const outputDirectory = join(directory, "one");
    input = { executable, version: readVersion(), architecture, outputDirectory, licenses: "Licenses of Node\n" };
    packagePath = buildDebianPackage(input);
  }, 300_000);
  afterAll(() => rmSync(directory, { recursive: true }));

  it("passes lintian", () => {
    const { stdout, status } = spawnSync("lintian", ["--fail-on=error,warning", packagePath], {
      encoding: "utf8",
    });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  }, 240_000);

  it("has the same bytes if it is built again", () => {
    const again = buildDebianPackage({ ...input, outputDirectory: join(directory, "two") });
    expect(readFileSync(again).equals(readFileSync(packagePath))).toBe(true);
  }, 120_000);

  describe("in a new Debian without Node", () => {
    const server = useServer();
    const account = useAccount(server);
    let root: CleanRoot;
    let keyring: Keyring;
    beforeAll(async () => {
      keyring = await startKeyring({ state: "unlocked" });
      root = createCleanRoot(join(directory, "root"));
      copyFileSync(packagePath, join(root.path, "briksync.deb"));
    }, 600_000);
    afterAll(() => keyring?.stop());

    const runCli = (args: readonly string[], stdin = "") =>
      root.run(["briksync", ...args], {
        input: stdin,
        env: { BRIKSYNC_SERVER: server.url, ...keyring.env, HOME: "/home" },
      });

    it("can be installed and removed, works with the keychain, and has completions and man pages", async () => {
      const installed = root.run(["dpkg", "--install", "/briksync.deb"]);
      expect(installed.status, installed.stderr).toBe(0);
      expect(root.run(["sh", "-c", "command -v node"]).status).not.toBe(0);
      expect(runCli(["--version"])).toMatchObject({ stdout: `${readVersion()}\n`, stderr: "", status: 0 });

      const login = runCli(["login", "--email", account.email, "--password-stdin"], account.password);
      expect(login.stderr).toContain("The session is stored in the keychain");
      expect((await listEntries(keyring)).length).toBe(1);
      expect(runCli(["keys", "create", "CRM", "--secret-only"]).stdout).toMatch(/^sec_[0-9a-f]{48}\n$/);
      const rotated = runCli(["keys", "rotate", "CRM", "--to", "file:/home/crm.key"]);
      expect(rotated.status, rotated.stderr).toBe(0);
      const secret = readFileSync(join(root.path, "home/crm.key"), "utf8");
      expect(runCli(["keys", "verify"], secret).status).toBe(0);

      const typed = `. /usr/share/bash-completion/completions/briksync
        COMP_LINE="briksync keys ro" COMP_POINT=16; _briksync briksync ro keys; printf %s "\${COMPREPLY[*]}"`;
      expect(root.run(["bash", "-c", typed]).stdout).toBe("rotate");
      const listed = root.run(["dpkg", "--listfiles", "briksync"]).stdout.split("\n");
      for (const path of [
        "/usr/share/zsh/vendor-completions/_briksync",
        "/usr/share/fish/vendor_completions.d/briksync.fish",
        "/usr/share/man/man1/briksync-keys-rotate.1.gz",
        "/usr/share/man/man7/briksync-rotation.7.gz",
      ]) {
        expect(listed).toContain(path);
      }

      expect(root.run(["dpkg", "--purge", "briksync"]).status).toBe(0);
      expect(root.run(["sh", "-c", "command -v briksync; ls /usr/share/man/man7/briksync*"]).stdout).toBe("");
    }, 120_000);

    it("is refused if a library that it depends on is missing", () => {
      expect(root.run(["dpkg", "--purge", "--force-depends", "libatomic1"]).status).toBe(0);
      const refused = root.run(["dpkg", "--install", "/briksync.deb"]);
      expect(refused.stderr).toContain("briksync depends on libatomic1");
      expect(refused.status).not.toBe(0);
    });
  });
});
