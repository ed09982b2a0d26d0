import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spawnCli, waitForEnd } from "../support/cli-process.ts";
import { useKeychainSession } from "../support/keychain-session.ts";
import { findMissingKeyringPrograms, type Keyring, startHungBus, startKeyring } from "../support/keyring.ts";
import { useTerminal } from "../support/lifetimes.ts";

const missing = findMissingKeyringPrograms();
const { server, account, home, login, signInWith } = useKeychainSession();

describe.skipIf(missing !== undefined)("a locked keyring", () => {
  let keyring: Keyring;
  beforeAll(async () => {
    keyring = await startKeyring({ state: "locked" });
  });
  afterAll(() => keyring?.stop());

  it("C-02 exits with 9 and says that it is locked, and login still works with consent", async () => {
    const refused = await home.run(login(), { stdin: account.password, env: keyring.env });
    expect(refused.exitCode).toBe(9);
    expect(refused.stderr).toContain("locked");
    const consented = await home.run([...login(), "--insecure-storage"], { stdin: account.password, env: keyring.env });
    expect(consented.exitCode).toBe(0);
    expect((await home.run(["whoami"], { env: keyring.env })).exitCode).toBe(0);
  });
});

describe.skipIf(missing !== undefined)("a bus without a default keyring, as on many servers", () => {
  let keyring: Keyring;
  beforeAll(async () => {
    keyring = await startKeyring({ state: "empty" });
  });
  afterAll(() => keyring?.stop());

  it("C-01 is detected before the password prompt and the sign-in", async () => {
    const before = await server.listActions(account);
    const refused = await home.run(login(), { stdin: "open", env: keyring.env });
    expect(refused.exitCode).toBe(9);
    expect(refused.stderr).toContain("no default keyring");
    expect(refused.stderr).toContain("--insecure-storage");
    const terminal = useTerminal(["login"], { env: { ...home.env, ...keyring.env } });
    await terminal.waitFor("no default keyring");
    await terminal.waitFor("Store the session in this file?");
    expect((await server.listActions(account)).slice(1)).toEqual(before);
  });
});

describe("no usable keychain", () => {
  let hung: { address: string; stop(): Promise<void> };
  beforeAll(async () => {
    hung = await startHungBus();
  });
  afterAll(() => hung?.stop());

  const troubles = (): [name: string, env: Record<string, string>, type: string][] => [
    ["no bus", {}, "KEYCHAIN_UNAVAILABLE"],
    ["nonsense as address", { DBUS_SESSION_BUS_ADDRESS: "nonsense" }, "KEYCHAIN_UNAVAILABLE"],
    ["hung bus", { DBUS_SESSION_BUS_ADDRESS: hung.address }, "KEYCHAIN_HUNG"],
  ];

  it.each([0, 1, 2])(
    "C-02 failure %i: has its own error, and login with consent, logout and a token still work",
    async (index) => {
      const [name, env, type] = troubles()[index] ?? ["", {}, ""];
      const refused = await home.run([...login(), "-o", "json"], { stdin: account.password, env });
      expect(refused.exitCode, name).toBe(9);
      expect(JSON.parse(refused.stderr).error).toMatchObject({ type, exitCode: 9 });
      expect(JSON.parse(refused.stderr).error.hint).toContain("--insecure-storage");
      const token = await server.signIn(account);
      // The profile has a session, so a run without the token would have to read the keychain.
      await mkdir(home.configDirectory, { mode: 0o700 });
      const note = { storage: "keychain", email: account.email };
      const profiles = { default: { server: server.url, sessions: { [server.url]: note } } };
      const path = join(home.configDirectory, "config.json");
      await writeFile(path, JSON.stringify({ version: 1, profiles }), { mode: 0o600 });
      expect((await home.run(["whoami"], { env })).exitCode, name).toBe(9);
      const traced = join(home.directory, `trace-${index}`);
      await mkdir(traced);
      const withToken = await home.run(["whoami"], {
        env: { ...env, BRIKSYNC_TOKEN: token, NODE_V8_COVERAGE: traced },
      });
      expect(withToken.exitCode, name).toBe(0);
      const reports = await Promise.all((await readdir(traced)).map((file) => readFile(join(traced, file), "utf8")));
      expect(reports.length).toBeGreaterThan(0);
      expect(reports.join(""), "a token must not wait for any keychain").not.toContain("keychain-child.js");
      await rm(path);
      expect((await home.run([...login(), "--insecure-storage"], { stdin: account.password, env })).exitCode).toBe(0);
      expect((await home.run(["whoami"], { env })).exitCode).toBe(0);
      expect((await home.run(["logout"], { env })).exitCode).toBe(0);
    },
  );

  it.skipIf(missing !== undefined)(
    "C-02 a keychain that breaks after the sign-in: exits with 9, and logout reports what it could not do",
    async () => {
      const keyring = await startKeyring({ state: "unlocked" });
      try {
        await signInWith(keyring.env);
      } finally {
        await keyring.stop();
      }
      for (const [name, env] of troubles()) {
        const whoami = await home.run(["whoami"], { env });
        expect(whoami.exitCode, name).toBe(9);
      }
      const logout = await home.run(["logout"]);
      expect(logout.exitCode).toBe(9);
      expect(logout.stderr).toContain("may stay valid on the server");
      expect((await home.run(["whoami"])).exitCode).toBe(4);
      expect((await home.run(["logout"])).exitCode).toBe(0);
    },
  );

  it.skipIf(process.platform !== "linux")(
    "C-04 the keychain process gets no secret in arguments or the environment",
    async () => {
      const child = spawnCli(login(), {
        stdin: "open",
        env: {
          ...home.env,
          DBUS_SESSION_BUS_ADDRESS: hung.address,
          BRIKSYNC_PASSWORD: "canary-password",
          BRIKSYNC_TOKEN: "canary-token",
        },
      });
      const helper = await findChildProcess(child.process.pid ?? 0);
      const [commandLine, environment] = await Promise.all(
        ["cmdline", "environ"].map((file) => readFile(`/proc/${helper}/${file}`, "utf8")),
      );
      child.process.kill("SIGINT");
      await waitForEnd(child, 5000);
      expect(commandLine?.split("\0").filter(Boolean).slice(1)).toEqual([expect.stringMatching(/keychain-child\.js$/)]);
      expect(environment).toContain("DBUS_SESSION_BUS_ADDRESS=");
      expect(environment).not.toContain("canary");
    },
  );

  it("C-02 Ctrl-C ends the wait for a hanging keychain", async () => {
    const terminal = useTerminal(["login"], { env: { ...home.env, DBUS_SESSION_BUS_ADDRESS: hung.address } });
    await terminal.waitFor("Waiting for the keychain");
    terminal.pressCtrlC();
    // A run that waits until its time limit exits with 9.
    expect((await terminal.waitForExit()).exitCode).toBe(130);
  });
});

async function findChildProcess(parent: number): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const [child] = (await readFile(`/proc/${parent}/task/${parent}/children`, "utf8").catch(() => ""))
      .trim()
      .split(" ");
    if (child) {
      await setTimeout(300);
      return Number(child);
    }
    await setTimeout(20);
  }
  throw new Error("The CLI started no helper process.");
}
