import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { addGitHub, jobClaims, listen, type Pipeline, startPipeline, urlOf } from "../support/pipeline.ts";

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline?.stop());

interface PrintedTrust {
  readonly id: string;
  readonly name: string;
  readonly claims: Record<string, string>;
  readonly issuer: string;
  readonly keyIds: readonly string[];
  readonly ttlSeconds: number;
  readonly disabledOn: string | null;
  readonly warnings: readonly { readonly type: string }[];
  readonly snippet: { readonly file: string; readonly text: string };
}

const add = (...args: string[]) => pipeline.runJson<PrintedTrust>(...args);

describe("briksync trust add github", () => {
  it("pins the IDs, the workflow and the environment, and prints the lines for the workflow", async () => {
    const trust = await add(...addGitHub, "--key", "CRM", "--ttl", "5m");
    expect(trust).toMatchObject({
      name: "acme/web rotate.yml",
      claims: {
        repository_id: "123456",
        repository_owner_id: "654321",
        workflow_path: ".github/workflows/rotate.yml",
        environment: "prod",
      },
      keyIds: [pipeline.key.id],
      ttlSeconds: 300,
      warnings: [],
    });
    expect(trust.snippet.file).toBe(".github/workflows/rotate.yml");
    expect(trust.snippet.text).toBe(`jobs:
  rotate:
    runs-on: ubuntu-latest
    environment: "prod"
    permissions: { id-token: write, contents: read }
    env: { BRIKSYNC_SERVER: "${pipeline.url}", BRIKSYNC_TRUST: "${trust.id}" }
    steps:
      - run: "briksync keys rotate CRM --to DESTINATION"
`);
  });

  it("shows the trust to people, with its weaknesses and the lines", async () => {
    const branch = addGitHub.map((word) => (word === "--environment" ? "--ref" : word === "prod" ? "main" : word));
    const { exitCode, stdout, stderr } = await pipeline.admin.run([...branch, "--key", pipeline.key.clientId]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^Claims +repository_id = 123456$/m);
    expect(stdout).toMatch(/^ +ref = refs\/heads\/main$/m);
    expect(stdout).toMatch(new RegExp(`^Keys +CRM {2}${pipeline.key.clientId}$`, "m"));
    expect(stderr).toContain("! The trust pins no environment");
    expect(stderr).toContain("Add this to .github/workflows/rotate.yml");
    expect(stderr).toContain("replace DESTINATION.\nTo see all destinations, run: briksync help rotation");
    expect(stderr).toContain("permissions: { id-token: write, contents: read }");
  });

  it("asks GitHub's API for the IDs, without a credential", async () => {
    const paths: string[] = [];
    const api = await listen((path) => {
      paths.push(path);
      return { id: 77, owner: { id: 88 } };
    });
    onTestFinished(() => void api.close());
    const args = ["trust", "add", "github", "acme/api", "--workflow", "x.yml", "--environment", "prod", "--key", "CRM"];
    const { exitCode, stdout, stderr } = await pipeline.admin.run([...args, "-o", "json"], {
      env: { GITHUB_API_URL: urlOf(api) },
    });
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout).claims).toMatchObject({ repository_id: "77", repository_owner_id: "88" });
    expect(paths).toEqual(["/repos/acme/api"]);
  });

  it("says which options to pass for a private repository, and adds nothing", async () => {
    const api = await listen(() => null);
    onTestFinished(() => void api.close());
    const before = (await pipeline.runJson<unknown[]>("trust", "list")).length;
    const args = ["trust", "add", "github", "acme/api", "--workflow", "x.yml", "--environment", "prod", "--key", "CRM"];
    const { exitCode, stderr } = await pipeline.admin.run(args, { env: { GITHUB_API_URL: urlOf(api) } });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("It is private, or it does not exist.");
    expect(stderr).toContain("Pass --repo-id and --owner-id. To see them, run: gh api repos/acme/api");
    expect(await pipeline.runJson<unknown[]>("trust", "list")).toHaveLength(before);
  });

  it.each([
    [["acme/web", "--workflow", "rotate.yml"], "needs an environment or a branch"],
    [["acme", "--workflow", "rotate.yml", "--environment", "prod"], '"acme" is not a repository'],
    [["acme/web", "--workflow", "rotate", "--environment", "prod"], '"rotate" is not a workflow file'],
    [["acme/web", "--workflow", "rotate.yml", "--environment", "prod", "--ttl", "2h"], "from 1m to 1h"],
    [["acme/web", "--environment", "prod"], "--workflow"],
  ])("refuses %j", async (args, text) => {
    const ids = ["--repo-id", "1", "--owner-id", "2"];
    const { exitCode, stderr } = await pipeline.admin.run(["trust", "add", "github", ...args, ...ids, "--key", "CRM"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(text);
  });

  it("requires a key that exists", async () => {
    const none = await pipeline.admin.run(addGitHub);
    expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--key") });
    const unknown = await pipeline.admin.run([...addGitHub, "--key", "Nope"]);
    expect(unknown).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('"Nope"') });
  });
});

describe("briksync trust add for other platforms", () => {
  it("pins a configuration file of a GitLab project", async () => {
    const ids = ["--project-id", "42", "--namespace-id", "7", "--ref", "main", "--environment", "prod"];
    const trust = await add("trust", "add", "gitlab", "acme/web", ...ids, "--key", "CRM");
    expect(trust).toMatchObject({
      issuer: "https://gitlab.com",
      claims: {
        project_id: "42",
        namespace_id: "7",
        ci_config_ref_uri: "gitlab.com/acme/web//.gitlab-ci.yml@refs/heads/main",
        ref_protected: "true",
        environment: "prod",
      },
    });
    expect(trust.snippet.text).toContain(`id_tokens: { BRIKSYNC_ID_TOKEN: { aud: "${pipeline.url}" } }`);
  });

  it("refuses an issuer that is not a URL", async () => {
    const { exitCode, stderr } = await pipeline.admin.run([
      ...["trust", "add", "gitlab", "acme/web", "--issuer", "gitlab", "--key", "CRM"],
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining("is not a URL") });
  });

  it("pins a branch of a Buildkite pipeline", async () => {
    const ids = ["--organization-id", "o1", "--pipeline-id", "p1", "--branch", "main", "--step", "rotate"];
    const trust = await add("trust", "add", "buildkite", "acme/web", ...ids, "--key", "CRM");
    expect(trust.claims).toEqual({
      organization_id: "o1",
      pipeline_id: "p1",
      build_branch: "main",
      step_key: "rotate",
    });
    expect(trust.snippet.text).toContain('key: "rotate"');
  });

  it("pins a branch of a CircleCI project", async () => {
    const ids = ["--organization-id", "o1", "--project-id", "p1", "--ref", "main"];
    const trust = await add("trust", "add", "circleci", "acme/web", ...ids, "--key", "CRM");
    expect(trust.issuer).toBe("https://oidc.circleci.com/org/o1");
    expect(trust.claims).toEqual({
      "oidc.circleci.com/project-id": "p1",
      "oidc.circleci.com/vcs-ref": "refs/heads/main",
    });
    expect(trust.snippet.text).toContain(`circleci run oidc get --claims '{"aud": "${pipeline.url}"}'`);
  });

  it("pins a service account of a Kubernetes cluster", async () => {
    const ids = ["--issuer", "https://oidc.example.com", "--uid", "u1"];
    const trust = await add("trust", "add", "kubernetes", "ops/rotator", ...ids, "--key", "CRM");
    expect(trust.claims).toEqual({
      sub: "system:serviceaccount:ops:rotator",
      "kubernetes.io/serviceaccount/uid": "u1",
    });
    expect(trust.snippet.text).toContain(`serviceAccountToken: { path: token, audience: "${pipeline.url}"`);
    expect(trust.snippet.text).toContain('serviceAccountName: "rotator"');
  });
});

describe("managing trusts", () => {
  it("lists, shows, disables, enables and removes a trust by its name", async () => {
    const { id } = await add(...addGitHub, "--key", "CRM", "--name", "Nightly");
    const listed = await pipeline.runJson<PrintedTrust[]>("trust", "list");
    expect(listed.map(({ name }) => name)).toContain("Nightly");
    expect(await pipeline.runJson("trust", "show", "Nightly")).toMatchObject({ id });
    expect((await pipeline.runJson<PrintedTrust>("trust", "disable", "Nightly")).disabledOn).not.toBeNull();
    const table = await pipeline.admin.run(["trust", "list"]);
    expect(table.stdout).toMatch(/^Nightly +github +disabled +1 +never/m);
    expect((await pipeline.runJson<PrintedTrust>("trust", "enable", id)).disabledOn).toBeNull();
    const unconfirmed = await pipeline.admin.run(["trust", "remove", "Nightly"]);
    expect(unconfirmed).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--yes") });
    const removed = await pipeline.admin.run(["trust", "remove", "Nightly", "--yes"]);
    expect(removed).toMatchObject({ exitCode: 0, stdout: "" });
    expect(removed.stderr).toContain('Removed "Nightly"');
    const gone = await pipeline.admin.run(["trust", "show", "Nightly"]);
    expect(gone).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("briksync trust list") });
  });

  it("says if the creator has left, and refuses an ambiguous name", async () => {
    const former = pipeline.fake.addUser({ email: "former@partner.com", password: "correct horse battery staple" });
    const env = { BRIKSYNC_TOKEN: pipeline.fake.addSession(former).accessToken };
    for (let times = 0; times < 2; times += 1) {
      await pipeline.admin.run([...addGitHub, "--key", "CRM", "--name", "Twin"], { env });
    }
    former.privileges.clear();
    expect((await pipeline.admin.run(["trust", "list"])).stdout).toContain("former@partner.com (has left)");
    const ambiguous = await pipeline.admin.run(["trust", "show", "Twin"]);
    expect(ambiguous).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("2 trusts are named") });
  });

  it("compares the claims in a file with a trust, and exits with 10 if they differ", async () => {
    const id = await pipeline.addTrust();
    const file = join(pipeline.admin.directory, "claims.json");
    await writeFile(file, JSON.stringify(jobClaims));
    const allowed = await pipeline.admin.run(["trust", "test", id, "--claims", file]);
    expect(allowed.exitCode, allowed.stderr).toBe(0);
    expect(allowed.stdout).toMatch(/^repository_id +123456 +123456 +yes$/m);
    const stdin = JSON.stringify({ ...jobClaims, environment: "test" });
    const refused = await pipeline.admin.run(["trust", "test", id, "--claims", "-"], { stdin });
    expect(refused.exitCode).toBe(10);
    expect(refused.stdout).toMatch(/^CLAIM +THE TOKEN HAS +THE TRUST WANTS +OK$/m);
    expect(refused.stdout).toMatch(/^environment +test +prod +no$/m);
    const token = pipeline.fake.issueIdToken(jobClaims);
    const whole = await pipeline.admin.run(["trust", "test", id, "--claims", "-", "-o", "json"], { stdin: token });
    expect(JSON.parse(whole.stdout)).toMatchObject({ allowed: true });
    const broken = await pipeline.admin.run(["trust", "test", id, "--claims", "-"], { stdin: "nonsense" });
    expect(broken).toMatchObject({ exitCode: 2, stderr: expect.not.stringContaining("nonsense") });
  });

  it("lists why jobs were refused", async () => {
    const id = await pipeline.addTrust();
    await pipeline.runJob(id, ["keys", "list"]);
    await pipeline.runJob(id, ["keys", "list"], { claims: { repository_id: "5" } });
    const all = await pipeline.runJson<unknown[]>("trust", "log", id);
    expect(all).toHaveLength(2);
    const { stdout } = await pipeline.admin.run(["trust", "log", id, "--refused"]);
    expect(stdout).toMatch(/refused +TRUST_DENIED +repository_id +5 +acme\/web/);
    expect(stdout.trim().split("\n")).toHaveLength(2);
    const newest = await pipeline.admin.run(["trust", "log", id, "--limit", "1"]);
    expect(newest.stdout.trim().split("\n")).toHaveLength(2);
    expect(newest.stderr).toContain("Only the newest 1 entries are listed. To list more, pass --limit 10.");
    expect((await pipeline.admin.run(["trust", "log", id, "--limit", "2"])).stderr).toBe("");
  });
});
