import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GitLabIssuer, startGitLabIssuer } from "../../../../tools/gitlab-issuer.ts";
import { type Admin, createAdmin, presentSecret } from "../support/admin.ts";
import type { CliResult } from "../support/cli-process.ts";
import { startServer, type TestServer } from "../support/server-process.ts";

let issuer: GitLabIssuer;
let server: TestServer;
let admin: Admin;
let trust: string;
beforeAll(async () => {
  issuer = await startGitLabIssuer();
  server = await startServer({ OIDC_ISSUERS: `gitlab=${issuer.url}` });
  admin = await createAdmin(server);
  await admin.createKey("Nightly");
  await admin.createKey("Other");
  trust = await addTrust();
});
afterAll(async () => {
  issuer?.stop();
  await server?.stop();
  await admin?.remove();
});

async function addTrust(...options: string[]): Promise<string> {
  const ids = ["--issuer", issuer.url, "--project-id", "42", "--namespace-id", "7", "--ref", "main"];
  const added = await admin.run([
    ...["trust", "add", "gitlab", "acme/web", ...ids, "--environment", "production", "--key", "Nightly"],
    ...[...options, "-o", "ids"],
  ]);
  expect(added.exitCode, added.stderr).toBe(0);
  return added.stdout.trim();
}

/** Runs the CLI in a job on GitLab with this token. */
function runJob(idToken: string, args: readonly string[], trustId = trust): Promise<CliResult> {
  const env = { BRIKSYNC_TOKEN: undefined, GITLAB_CI: "true", BRIKSYNC_TRUST: trustId, BRIKSYNC_ID_TOKEN: idToken };
  return admin.run(args, { env });
}

describe("a job on GitLab, with the real server", () => {
  it("I-02 rotates the keys of its trust in several commands with one token, and nothing else", async () => {
    const idToken = issuer.issue(server.url);
    const file = join(admin.directory, "nightly.key");
    const listed = await runJob(idToken, ["keys", "list"]);
    expect(listed.exitCode, listed.stderr).toBe(0);
    expect(listed.stdout).toContain("Nightly");
    expect(listed.stdout).not.toContain("Other");
    const rotated = await runJob(idToken, ["keys", "rotate", "Nightly", "--to", `file:${file}`]);
    expect(rotated.exitCode, rotated.stderr).toBe(0);
    expect(await presentSecret(server, await readFile(file, "utf8"))).toBe(200);
    const who = await runJob(idToken, ["whoami"]);
    expect(who.stdout).toMatch(/^Trust +acme\/web \.gitlab-ci\.yml$/m);
    expect(who.stdout).toMatch(/^Run +acme\/web .* 4711$/m);
    const ofRun = await admin.run([
      "audit",
      "--actor",
      "trust",
      "--repository",
      "acme/web",
      "--run",
      "4711",
      "-o",
      "csv",
    ]);
    expect(ofRun.stdout).toContain("key.rotation_finished,Nightly");
    expect((await admin.run(["audit", "--run", "4712", "-o", "csv"])).stdout).not.toContain("Nightly");
    for (const args of [
      ["keys", "create", "New"],
      ["keys", "revoke", "Nightly", "--yes"],
      ["audit"],
      ["trust", "list"],
      ["tokens", "list"],
    ]) {
      expect({ args, exitCode: (await runJob(idToken, args)).exitCode }).toEqual({ args, exitCode: 5 });
    }
  });

  it("is refused with another claim, and the admin sees which", async () => {
    const idToken = issuer.issue(server.url, { environment: "test" });
    const refused = await runJob(idToken, ["keys", "list"]);
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toContain('In the token, environment is "test"');
    expect(refused.stderr).not.toContain("production");
    const explained = await runJob(idToken, ["trust", "explain"]);
    expect(explained.exitCode).toBe(10);
    expect(explained.stdout).toMatch(/^environment +test +no$/m);
    const log = await admin.run(["trust", "log", trust, "--refused"]);
    expect(log.stdout).toMatch(/refused +TRUST_DENIED +environment +test +acme\/web/);
    const tested = await admin.run(["trust", "test", trust, "--claims", "-"], { stdin: idToken });
    expect(tested.exitCode).toBe(10);
    expect(tested.stdout).toMatch(/^environment +test +production +no$/m);
  });

  it("is refused with a token for another server, and explain names the audience", async () => {
    const idToken = issuer.issue("https://other.example.com");
    expect(await runJob(idToken, ["keys", "list"])).toMatchObject({ exitCode: 4, stdout: "" });
    const explained = await runJob(idToken, ["trust", "explain"]);
    expect(explained.exitCode).toBe(10);
    expect(explained.stderr).toContain("Its audience is https://other.example.com");
  });

  it("I-03 is refused after the trust was disabled or removed", async () => {
    const other = await addTrust("--name", "Short-lived");
    const idToken = issuer.issue(server.url);
    expect((await runJob(idToken, ["keys", "list"], other)).exitCode).toBe(0);
    await admin.run(["trust", "disable", "Short-lived"]);
    const disabled = await runJob(idToken, ["keys", "list"], other);
    expect(disabled.exitCode).toBe(5);
    expect((await admin.run(["trust", "remove", "Short-lived", "--yes"])).exitCode).toBe(0);
    const removed = await runJob(idToken, ["keys", "list"], other);
    const hideRequest = (text: string) => text.replace(/request \S+/, "");
    expect(hideRequest(removed.stderr)).toBe(hideRequest(disabled.stderr));
  });

  it("does not exchange a token more often than the trust allows", async () => {
    const once = await addTrust("--name", "Once", "--reuse", "1");
    const idToken = issuer.issue(server.url);
    expect((await runJob(idToken, ["keys", "list"], once)).exitCode).toBe(0);
    const again = await runJob(idToken, ["keys", "list"], once);
    expect(again.exitCode).toBe(4);
    expect(again.stderr).toContain("already exchanged");
  });
});

describe("an automation token, with the real server", () => {
  it("rotates its keys, is replaced, and is revoked", async () => {
    const place = join(admin.directory, "automation.token");
    const to = ["--to", `file:${place}`];
    const create = ["tokens", "create", "Jenkins", "--key", "Nightly", "--expires", "90d"];
    const created = await admin.run([...create, ...to]);
    expect(created.exitCode, created.stderr).toBe(0);
    const old = await readFile(place, "utf8");
    const use = (token: string, ...args: string[]) => admin.run(args, { env: { BRIKSYNC_TOKEN: token } });
    const key = join(admin.directory, "jenkins.key");
    const rotated = await use(old, "keys", "rotate", "Nightly", "--to", `file:${key}`);
    expect(rotated.exitCode, rotated.stderr).toBe(0);
    expect(await presentSecret(server, await readFile(key, "utf8"))).toBe(200);
    expect((await use(old, "whoami")).stdout).toMatch(/^Automation token +Jenkins$/m);
    expect((await use(old, "keys", "create", "New")).exitCode).toBe(5);
    const next = await admin.run(["tokens", "rotate", "Jenkins", ...to]);
    expect(next.exitCode, next.stderr).toBe(0);
    const fresh = await readFile(place, "utf8");
    const exitCodes: (number | null)[] = [];
    for (const token of [old, fresh, old]) exitCodes.push((await use(token, "keys", "list")).exitCode);
    expect(exitCodes).toEqual([0, 0, 4]);
    expect((await admin.run(["tokens", "revoke", "Jenkins", "--yes"])).exitCode).toBe(0);
    expect((await use(fresh, "keys", "list")).exitCode).toBe(4);
  });
});
