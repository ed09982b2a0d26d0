import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Admin, createAdmin, presentSecret } from "../packages/cli/test/support/admin.ts";
import { type CliHome, type CliResult, createCliHome } from "../packages/cli/test/support/cli-process.ts";
import { type Account, startServer, type TestServer } from "../packages/cli/test/support/server-process.ts";
import { type GitLabIssuer, startGitLabIssuer } from "./gitlab-issuer.ts";
import { readReadmeBlocks, readTaggedBlocks } from "./readme.ts";

const page = "docs/migrate-pipelines.md";
const company = "Acme";
let issuer: GitLabIssuer;
let server: TestServer;
let admin: Admin;
let account: Account;
let runner: CliHome;
beforeAll(async () => {
  issuer = await startGitLabIssuer();
  server = await startServer({ OIDC_ISSUERS: `gitlab=${issuer.url}` });
  admin = await createAdmin(server, { company });
  account = await server.createAccount({ company, email: "deploy@partner.com", privilege: 2 });
  runner = await createCliHome({ CI: "true", GITLAB_CI: "true", BRIKSYNC_SERVER: server.url });
});
afterAll(async () => {
  issuer?.stop();
  await server?.stop();
  await Promise.all([admin?.remove(), runner?.remove()]);
});

/** Runs the commands of a block without quotes, and returns the last result. */
async function runBlock(tag: string, home: CliHome, env: Record<string, string | undefined> = {}): Promise<CliResult> {
  const lines = readTaggedBlocks(tag, page).trim().split("\n");
  let result: CliResult | undefined;
  for (const line of lines) {
    const [program, ...args] = line.split(" ");
    expect(program).toBe("briksync");
    result = await home.run(args, { env });
  }
  if (result === undefined) throw new Error(`${page} has no block ${tag}`);
  return result;
}

it("I-02 a pipeline moves from a password to a trust in the steps of docs/migrate-pipelines.md", {
  timeout: 120_000,
}, async () => {
  expect(readReadmeBlocks(page).map(({ tag }) => tag)).toEqual(["list", "trust", "explain", "check", "audit", "end"]);
  const key = await admin.createKey("Nightly Export");
  const file = join(runner.directory, "export.key");
  const password = { BRIKSYNC_EMAIL: account.email, BRIKSYNC_PASSWORD: account.password };
  const rotate = (env: Record<string, string>) =>
    runner.run(["keys", "rotate", "Nightly Export", "--to", `file:${file}`], { env });

  // 1. The pipeline still uses a password.
  expect((await rotate(password)).exitCode).toBe(0);
  expect((await runner.run(["doctor"], { env: password })).stdout).toContain(
    "This pipeline signs in with a person's password",
  );
  const listed = await runBlock("list", admin);
  expect(listed.stdout).toMatch(/session\.signed_in .*deploy@partner\.com +127\.0\.0\.1/);
  expect(listed.stdout).toMatch(/key\.rotation_finished +Nightly Export /);

  // 2. The platform of this test is GitLab, because GitHub has one fixed issuer.
  expect(readTaggedBlocks("trust", page)).toBe(readTaggedBlocks("trust", "docs/ci.md"));
  const ids = ["--issuer", issuer.url, "--project-id", "42", "--namespace-id", "7", "--ref", "main"];
  const add = ["trust", "add", "gitlab", "acme/web", "--environment", "production", "--key", "Nightly Export", ...ids];
  const added = await admin.run([...add, "-o", "ids"]);
  expect(added.exitCode, added.stderr).toBe(0);
  const trust = added.stdout.trim();

  // 3. The job has the password and the trust.
  const idToken = { BRIKSYNC_ID_TOKEN: issuer.issue(server.url) };
  const explain = readTaggedBlocks("explain", page).trim().split(" ").slice(1, -1);
  const explained = await runner.run([...explain, trust], { env: { ...password, ...idToken } });
  expect(explained.exitCode, explained.stderr).toBe(0);
  expect((await rotate({ ...password, ...idToken })).exitCode).toBe(0);

  // 4. The job has only the trust.
  const switched = new Date().toISOString();
  const job = { ...idToken, BRIKSYNC_TRUST: trust };
  expect((await runner.run(["doctor"], { env: job })).stdout).not.toContain("person's password");
  expect((await runBlock("check", runner, job)).stdout).toMatch(/^Trust +acme\/web/m);
  const rotated = await rotate(job);
  expect(rotated.exitCode, rotated.stderr).toBe(0);
  expect(await presentSecret(server, readFileSync(file, "utf8"))).toBe(200);
  expect(await presentSecret(server, key.clientSecret)).toBe(401);

  // 5. The test does not wait for a week.
  const audit = readTaggedBlocks("audit", page).trim().split(" ").slice(1, -1);
  const unused = await admin.run([...audit, switched]);
  expect(unused.stderr + unused.stdout).toContain("No events found.");
  expect((await runner.run(["whoami"], { env: password })).exitCode).toBe(0);
  expect((await admin.run([...audit, switched])).stdout).toContain("session.signed_in");

  // 6. The password is no longer valid.
  const end = readTaggedBlocks("end", page).trim().split(" ").slice(1);
  const lines = `${account.password}\nanother quite long passphrase\n`;
  const changed = await runner.run([...end, "--password-stdin"], { env: password, stdin: lines });
  expect(changed.exitCode, changed.stderr).toBe(0);
  expect((await rotate(password)).exitCode).toBe(4);
  expect((await rotate(job)).exitCode).toBe(0);
});
