import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { cliPath } from "../support/cli-process.ts";
import { useKeychainSession } from "../support/keychain-session.ts";
import {
  findMissingKeyringPrograms,
  type Keyring,
  listEntries,
  removeEntries,
  removeEntry,
  startKeyring,
} from "../support/keyring.ts";

const missing = findMissingKeyringPrograms();
const { server, account, home, login, signInWith } = useKeychainSession();

describe.skipIf(missing !== undefined)(`the real keychain${missing === undefined ? "" : ` (${missing})`}`, () => {
  let keyring: Keyring;
  beforeAll(async () => {
    keyring = await startKeyring({ state: "unlocked" });
  });
  afterAll(() => keyring?.stop());
  afterEach(async () => {
    await removeEntries(keyring);
  });

  it("C-01 contains the session, and no file does", async () => {
    await signInWith(keyring.env);
    const whoami = await home.run(["whoami", "-o", "json"], { env: keyring.env });
    expect(JSON.parse(whoami.stdout).token).toMatchObject({
      source: "session",
      storage: "keychain",
      isEncrypted: true,
    });
    const [entry] = await listEntries(keyring);
    const { accessToken, refreshToken } = JSON.parse(entry?.password ?? "{}");
    expect(accessToken).toMatch(/^eyJ/);
    const config = await readFile(join(home.configDirectory, "config.json"), "utf8");
    expect(config).not.toContain(accessToken);
    expect(config).not.toContain(refreshToken);
  });

  it("C-01 is empty after logout, and the server has ended the session", async () => {
    await signInWith(keyring.env);
    const [entry] = await listEntries(keyring);
    const { accessToken } = JSON.parse(entry?.password ?? "{}");
    const logout = await home.run(["logout"], { env: keyring.env });
    expect(logout).toMatchObject({ exitCode: 0, stdout: "" });
    expect(await listEntries(keyring)).toEqual([]);
    const dead = await home.run(["whoami"], { env: { BRIKSYNC_TOKEN: accessToken } });
    expect(dead.exitCode).toBe(4);
  });

  it("C-02 a missing entry exits with 9 and a hint, and login, logout and a token still work", async () => {
    await signInWith(keyring.env);
    expect(await removeEntries(keyring)).toBe(1);
    const whoami = await home.run(["whoami", "-o", "json"], { env: keyring.env });
    expect(whoami.exitCode).toBe(9);
    expect(JSON.parse(whoami.stderr).error).toMatchObject({ type: "KEYCHAIN_ENTRY_MISSING", exitCode: 9 });
    expect(whoami.stderr).toContain("briksync login");
    const token = await server.signIn(account);
    expect((await home.run(["whoami"], { env: { ...keyring.env, BRIKSYNC_TOKEN: token } })).exitCode).toBe(0);
    await signInWith(keyring.env);
    await removeEntries(keyring);
    expect((await home.run(["logout"], { env: keyring.env })).exitCode).toBe(0);
    expect((await home.run(["whoami"], { env: keyring.env })).exitCode).toBe(4);
  });

  it("C-01 replaces the session file when the keychain works again, and removes the file", async () => {
    await home.run([...login(), "--insecure-storage"], { stdin: account.password });
    const before = JSON.parse((await home.run(["whoami", "-o", "json"])).stdout);
    await signInWith(keyring.env);
    await expect(readFile(before.token.path)).rejects.toThrow("ENOENT");
    const after = JSON.parse((await home.run(["whoami", "-o", "json"], { env: keyring.env })).stdout);
    expect(after.token.storage).toBe("keychain");
  });

  it("C-01 splits values too long for one entry (as on Windows), and never returns partial values", async () => {
    const ask = async (request: object): Promise<{ kind: string; value?: string | null }> => {
      const marker = "mark ";
      const call = { service: "briksync", account: "long", entryCharactersMax: 1200, marker, ...request };
      const helper = cliPath.replace(/bin\.js$/, "keychain-child.js");
      const child = spawn(process.execPath, [helper], {
        env: { ...home.env, ...keyring.env },
        stdio: ["pipe", "pipe", "inherit"],
      });
      child.stdin.end(JSON.stringify(call));
      const lines = (await text(child.stdout)).trim().split("\n");
      return JSON.parse((lines.at(-1) ?? "").slice(marker.length));
    };
    const long = "é".repeat(1281) + "x".repeat(2500);
    for (const value of [long, "short", `${long}!`]) {
      expect(await ask({ operation: "write", value })).toEqual({ kind: "done", value: null });
      expect(await ask({ operation: "read" })).toEqual({ kind: "done", value });
      expect((await listEntries(keyring)).length).toBe(value === "short" ? 1 : 1 + Math.ceil(value.length / 1200));
      for (const { password } of await listEntries(keyring)) expect(password.length).toBeLessThanOrEqual(1200);
    }
    const parts = (await listEntries(keyring)).filter((entry) => entry.account !== "long");
    await removeEntry(keyring, parts[1]?.account ?? "");
    expect(await ask({ operation: "read" })).toEqual({ kind: "incomplete" });
    expect(await ask({ operation: "remove" })).toEqual({ kind: "done", value: null });
    expect(await listEntries(keyring)).toEqual([]);
    expect(await ask({ operation: "read" })).toEqual({ kind: "done", value: null });
  });

  it("is checked by doctor with a test entry", async () => {
    const doctor = await home.run(["doctor", "-o", "json"], { env: keyring.env });
    const findings: { check: string; status: string; message: string }[] = JSON.parse(doctor.stdout);
    expect(findings.find((finding) => finding.check === "keychain")).toMatchObject({ status: "ok" });
    expect(await listEntries(keyring)).toEqual([]);
  });
});
