import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { BrikSync } from "@briksync/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createFakePrograms, type FakePrograms } from "../packages/cli/test/support/fake-program.ts";
import { type Pipeline, startPipeline } from "../packages/cli/test/support/pipeline.ts";
import {
  findMissingVendorPrograms,
  startVendorApis,
  type VendorApis,
} from "../packages/cli/test/support/vendor-apis.ts";
import { runCompositeAction } from "./composite-action.ts";
import { adminEmail, createAdmin, type LocalServer, startLocalServer } from "./local-server.ts";
import { repositoryRoot } from "./paths.ts";
import { readReadmeBlocks, readTaggedBlocks, readWorkflowSteps } from "./readme.ts";

const folder = mkdtempSync(join(tmpdir(), "briksync-recipes-"));
const prefix = join(folder, "global");
const password = "an unlikely sentence about bridges";
const missing = findMissingVendorPrograms();
const tokenFile = join(folder, "token");
let tarball: string;
let server: LocalServer;
/** An admin of the server. */
let accessToken: string;
/** Replaces the server in the recipes with a trust, because the platforms have fixed issuers. */
let pipeline: Pipeline;
let trust: string;
let programs: FakePrograms;
let gitlab: Server;
let apis: VendorApis;
let workspace: string;
let runs = 0;
const puts: { url: string | undefined; token: string | string[] | undefined; value: string }[] = [];

beforeAll(async () => {
  const database = { DATABASE_URL: `sqlite:${join(folder, "briksync.db")}`, PORT: "0" };
  const env = { ...database, ROTATION_LEASE_SECONDS: "2", ACCESS_TOKEN_TTL: "3600" };
  await createAdmin(env, password);
  server = await startLocalServer({ ...env, LOG_LEVEL: "warn" });
  accessToken = (await new BrikSync({ baseUrl: server.url }).auth.signIn({ email: adminEmail, password })).accessToken;
  pipeline = await startPipeline({ rotationLeaseSeconds: 2 });
  pipeline.fake.addKey("Nightly Export");
  programs = await createFakePrograms(folder);
  for (const [program, version] of [
    ["vault", "Vault v1.15.0"],
    ["systemctl", "systemd 252"],
  ] as const) {
    await programs.set(program, version);
  }
  if (missing === undefined) apis = await startVendorApis(folder);
  gitlab = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, value = ""] = /name="value"\r\n\r\n(.*)\r\n--/.exec(Buffer.concat(chunks).toString("utf8")) ?? [];
    puts.push({ url: request.url, token: request.headers["private-token"], value });
    response.writeHead(request.method === "PUT" ? 200 : 405).end("{}");
  });
  await new Promise<void>((resolve) => gitlab.listen(0, "127.0.0.1", resolve));
  const packed = await run("pnpm pack --pack-destination", [folder], {}, join(repositoryRoot, "packages/cli"));
  expect(packed.exitCode, packed.stderr).toBe(0);
  tarball = packed.stdout.trim().split("\n").at(-1) ?? "";
  const installed = await runRecipe(readWorkflowSteps(readBlock("github"))[0] ?? "");
  expect(installed.exitCode, installed.stderr).toBe(0);
  const ids = ["--repo-id", "123456", "--owner-id", "654321"];
  const claims = { environment: "production" };
  const added = await runRecipe(`${readBlock("trust").trim()} ${ids.join(" ")} -o json`, adminOfPipeline());
  expect(added.exitCode, added.stderr).toBe(0);
  trust = JSON.parse(added.stdout).id;
  github = () => ({ ...pipeline.jobEnv(trust, claims), BRIKSYNC_TOKEN: "" });
  await runRecipe('briksync keys create "Nightly Export" -q');
  const created = await runRecipe(`${readBlock("token").trim().replace("automation.token", tokenFile)}`);
  expect(created.exitCode, created.stderr).toBe(0);
}, 180_000);
afterAll(async () => {
  await server?.stop();
  await pipeline?.stop();
  gitlab?.close();
  apis?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await programs.forget();
  apis?.reset();
  puts.length = 0;
});

function readBlock(tag: string): string {
  const text = readTaggedBlocks(tag, "docs/ci.md");
  expect(text, tag).not.toBe("");
  return text;
}

/** The variables of a job on GitHub. */
let github: () => Record<string, string>;

function adminOfPipeline(): Record<string, string> {
  return { BRIKSYNC_SERVER: pipeline.url, BRIKSYNC_TOKEN: pipeline.admin.env["BRIKSYNC_TOKEN"] ?? "" };
}

interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(script: string, args: readonly string[], env: Record<string, string>, cwd: string): Promise<Outcome> {
  const child = spawn("bash", ["-eo", "pipefail", "-c", `${script} "$@"`, "bash", ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr })));
}

/** Returns the environment of this machine without the variables of the tests, and with another home directory. */
function readRunnerEnv(home: string): Record<string, string> {
  const clean = Object.entries(process.env).map(([name, value = ""]) => [
    name,
    /^(npm_|pnpm_|BRIKSYNC_|GITHUB_|VITEST)/.test(name) ? "" : value,
  ]);
  return { ...Object.fromEntries(clean), CI: "true", HOME: home };
}

/** Runs a step as on a new runner: without a terminal, with an empty home directory. */
function runRecipe(script: string, env: Record<string, string> = {}): Promise<Outcome> {
  runs += 1;
  workspace = join(folder, `workspace-${runs}`);
  mkdirSync(workspace);
  const settings = {
    ...readRunnerEnv(workspace),
    PATH: [join(prefix, "bin"), programs.directory, process.env["PATH"]].join(delimiter),
    npm_config_prefix: prefix,
    BRIKSYNC_CLI: tarball,
    BRIKSYNC_SERVER: server.url,
    BRIKSYNC_TOKEN: accessToken,
    ...env,
  };
  return run(`${script}\n:`, [], settings, workspace);
}

async function accepts(secret: string, url = server.url): Promise<number> {
  const headers = { authorization: `Bearer ${secret}` };
  return (await fetch(`${url}/external/v1/auth/verify`, { headers })).status;
}

async function listHandedTo(program: string): Promise<string[]> {
  const handed = (await programs.listRuns()).filter(({ program: name, stdin }) => name === program && stdin !== "");
  return handed.map(({ stdin }) => stdin);
}

describe("docs/ci.md", () => {
  it("contains no password, and shows GitHub in twelve lines", () => {
    const blocks = readReadmeBlocks("docs/ci.md").map(({ text }) => text);
    expect(blocks.join("\n")).not.toMatch(/password/i);
    expect(readBlock("github").trim().split("\n")).toHaveLength(12);
  });

  it("starts with the lines that the README shows", () => {
    expect(readTaggedBlocks("github", "README.md")).toBe(readBlock("github"));
    expect(readReadmeBlocks("docs/ci.md")[0]?.tag).toBe("github");
  });

  it("has no block that no test runs", () => {
    const text = readFileSync(join(repositoryRoot, "docs/ci.md"), "utf8");
    const tags = [...text.matchAll(/^```(\w+)(?: (\w+))?$/gm)].map(([, language, tag]) => `${language} ${tag}`);
    expect(tags).toEqual([
      "yaml github",
      "sh trust",
      "yaml setup",
      "yaml unused",
      "yaml gitlab",
      "yaml buildkite",
      "yaml kubernetes",
      "sh token",
      "groovy jenkins",
      "crontab cron",
      "sh many",
    ]);
  });
});

describe.skipIf(missing !== undefined)(missing ?? "the recipe for GitHub Actions, with the real gh", () => {
  const runner = () => ({ ...github(), ...apis.env, GITHUB_REPOSITORY: "acme/web" });
  const showStatus = () => runRecipe('briksync keys rotate "Nightly Export" --status', runner());
  const step = (): string => readWorkflowSteps(readBlock("github"))[1] ?? "";
  const readSecret = (): string => apis.stored.get("github.com/acme/web#EXPORT_KEY") ?? "";

  it("delivers the new secret before the old one ends, and masks all tokens", async () => {
    const rotated = await runRecipe(step(), runner());
    expect(rotated.exitCode, rotated.stderr).toBe(0);
    const secret = readSecret();
    expect(secret).toMatch(/^sec_[0-9a-f]{48}$/);
    expect(await accepts(secret, pipeline.url)).toBe(200);
    expect(rotated.stderr).toContain(`::add-mask::${secret}`);
    const rest = rotated.stderr.replace(/^::add-mask::.*$/gm, "");
    expect(rotated.stdout + rest).not.toMatch(/sec_[0-9a-f]|run_[0-9a-f]|eyJ/);
    expect(apis.requests.filter((request) => request.startsWith("PUT"))).toHaveLength(1);
    expect((await showStatus()).stdout).toMatch(/^current .*\n(retiring .*\n)+$/m);
  });

  it("fails with both secrets working if gh fails, and a run on another machine completes the rotation", async () => {
    // The check succeeds, but the delivery fails.
    apis.refuse("PUT", 403, { message: "Resource not accessible" });
    const failed = await runRecipe(step(), runner());
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain("HTTP 403: Resource not accessible");
    expect(failed.stderr).toContain('The old and the new secret of "Nightly Export" both work');
    expect((await showStatus()).stdout).toMatch(/^current .*\npending /m);
    apis.reset();
    const again = await runRecipe(step(), runner());
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await accepts(readSecret(), pipeline.url)).toBe(200);
    expect((await showStatus()).stdout).not.toMatch(/^pending /m);
  });

  it("names the missing line without the permission, and rotates nothing", async () => {
    const refused = await runRecipe(step(), { ...runner(), ACTIONS_ID_TOKEN_REQUEST_URL: "" });
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain("permissions: { id-token: write, contents: read }");
    expect(readBlock("github")).toContain("permissions: { id-token: write, contents: read }");
  });
});

describe("the action setup-briksync", () => {
  it("installs the CLI from a tarball, for later steps and with a Node of its own", async () => {
    const { steps } = parse(readBlock("setup")) as { steps: { uses?: string; with?: Record<string, string> }[] };
    expect(steps[0]).toMatchObject({ with: { tarball: expect.any(String) } });
    const [, action = ""] = /^acme\/briksync\/(.*)@main$/.exec(steps[0]?.uses ?? "") ?? [];
    // An old Node comes first, as on some runners.
    const oldNode = join(folder, "old-node");
    mkdirSync(oldNode);
    writeFileSync(join(oldNode, "node"), "#!/bin/sh\nexit 7\n", { mode: 0o755 });
    // The home of this machine has Node 24 in npm's cache.
    const job = { env: readRunnerEnv(process.env["HOME"] ?? folder), cwd: folder, temp: join(folder, "action-temp") };
    const installed = runCompositeAction(join(repositoryRoot, action), { tarball }, job);
    expect(installed.exitCode, installed.output).toBe(0);
    const [step = ""] = readWorkflowSteps(readBlock("setup"));
    const later = { ...installed.env, PATH: [oldNode, installed.env["PATH"]].join(delimiter) };
    const { exitCode, stdout, stderr } = await run(step, [], later, folder);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("the recipe for unused keys", () => {
  it("passes while every key is in use, and fails when one has been unused for long enough", async () => {
    const [, ...steps] = readWorkflowSteps(readBlock("unused"));
    expect(steps).toHaveLength(1);
    const [check = ""] = steps;
    const passed = await runRecipe(check, github());
    expect(passed.exitCode, passed.stderr).toBe(0);
    const failed = await runRecipe(`sleep 1.2; ${check.replace("--unused-for 90d", "--unused-for 1s")}`, github());
    expect(failed.exitCode).toBe(10);
    expect(failed.stdout).toContain("Nightly Export");
  });
});

describe("the recipe for GitLab", () => {
  it("writes the new secret to the variable, and to no argument", async () => {
    const script = readBlock("gitlab");
    const [, command = ""] = /\n {2}script:\n {4}- \|\n(.*)$/s.exec(script) ?? [];
    const [, url = ""] = /VARIABLE_URL: (.*)$/m.exec(script) ?? [];
    const header = join(folder, "header");
    writeFileSync(header, "PRIVATE-TOKEN: glpat-x\n");
    const { port } = gitlab.address() as AddressInfo;
    const ids = "--project-id 42 --namespace-id 7 --ref main";
    const line = `briksync trust add gitlab acme/web --environment production --key "Nightly Export" ${ids} -o ids`;
    const added = await runRecipe(line, adminOfPipeline());
    expect(added.exitCode, added.stderr).toBe(0);
    const claims = {
      iss: "https://gitlab.com",
      aud: pipeline.url,
      project_id: "42",
      namespace_id: "7",
      ci_config_ref_uri: "gitlab.com/acme/web//.gitlab-ci.yml@refs/heads/main",
      ref_protected: "true",
      environment: "production",
      pipeline_source: "schedule",
    };
    const { exitCode, stderr } = await runRecipe(`VARIABLE_URL="${url}"; export VARIABLE_URL\n${command}`, {
      GITLAB_CI: "true",
      BRIKSYNC_SERVER: pipeline.url,
      BRIKSYNC_TOKEN: "",
      BRIKSYNC_TRUST: added.stdout.trim(),
      BRIKSYNC_ID_TOKEN: pipeline.fake.issueIdToken(claims),
      CI_API_V4_URL: `http://127.0.0.1:${port}/api/v4`,
      CI_PROJECT_ID: "42",
      GITLAB_HEADER: header,
    });
    expect(exitCode, stderr).toBe(0);
    expect(puts).toEqual([
      {
        url: "/api/v4/projects/42/variables/EXPORT_KEY",
        token: "glpat-x",
        value: expect.stringMatching(/^sec_[0-9a-f]{48}$/),
      },
    ]);
    expect(await accepts(puts[0]?.value ?? "", pipeline.url)).toBe(200);
    expect(script).toContain(`id_tokens: { BRIKSYNC_ID_TOKEN: { aud: "https://keys.example.com" } }`);
  });
});

/** Adds a trust to the stand-in of the server, runs a command under it, and expects the new secret in vault. */
async function expectDelivery(
  addition: string,
  command: string,
  findEnv: () => Promise<Record<string, string>>,
): Promise<void> {
  const added = await runRecipe(`briksync trust add ${addition} --key "Nightly Export" -o ids`, adminOfPipeline());
  expect(added.exitCode, added.stderr).toBe(0);
  const { exitCode, stderr } = await runRecipe(command, {
    BRIKSYNC_SERVER: pipeline.url,
    BRIKSYNC_TOKEN: "",
    BRIKSYNC_TRUST: added.stdout.trim(),
    VAULT_ADDR: "http://127.0.0.1:1",
    VAULT_TOKEN: "hvs.x",
    ...(await findEnv()),
  });
  expect(exitCode, stderr).toBe(0);
  expect(await accepts((await listHandedTo("vault")).at(-1) ?? "", pipeline.url)).toBe(200);
}

describe("the recipe for Buildkite", () => {
  it("signs in with a token of buildkite-agent", async () => {
    const { steps } = parse(readBlock("buildkite")) as { steps: { command: string; key: string }[] };
    const addition = "buildkite acme/web --organization-id o1 --pipeline-id p1 --branch main --step rotate";
    expect(steps[0]?.key).toBe("rotate");
    await expectDelivery(addition, steps[0]?.command ?? "", async () => {
      const claims = { organization_id: "o1", pipeline_id: "p1", build_branch: "main", step_key: "rotate" };
      const idToken = pipeline.fake.issueIdToken({ iss: "https://agent.buildkite.com", aud: pipeline.url, ...claims });
      const behavior = { on: `oidc request-token --audience ${pipeline.url}`, stdout: `${idToken}\n` };
      await programs.set("buildkite-agent", "buildkite-agent version 3.70.0", [behavior]);
      return { BUILDKITE: "true" };
    });
  });
});

describe("the recipe for Kubernetes", () => {
  it("signs in with the projected token of the pod", async () => {
    const { spec } = parse(readBlock("kubernetes"));
    const pod = spec.jobTemplate.spec.template.spec;
    const [, , command] = pod.containers[0].command as [string, string, string];
    const { path, audience } = pod.volumes[0].projected.sources[0].serviceAccountToken;
    // The test cannot write to the folder that the CLI reads by default.
    expect(`${pod.containers[0].volumeMounts[0].mountPath}/${path}`).toBe("/var/run/secrets/briksync/token");
    expect(audience).toBe(pod.containers[0].env[0].value);
    const issuer = "https://oidc.example.com";
    await expectDelivery(`kubernetes ops/rotator --issuer ${issuer} --uid u1`, command, async () => {
      const claims = { sub: "system:serviceaccount:ops:rotator", "kubernetes.io": { serviceaccount: { uid: "u1" } } };
      const file = join(folder, "projected");
      writeFileSync(file, pipeline.fake.issueIdToken({ iss: issuer, aud: pipeline.url, ...claims }));
      return { BRIKSYNC_ID_TOKEN_FILE: file };
    });
  });
});

describe("the recipe for Jenkins", () => {
  it("delivers the new secret to vault", async () => {
    const [, step = ""] = /sh '''\n(.*?)'''/s.exec(readBlock("jenkins")) ?? [];
    const { exitCode, stderr } = await runRecipe(step, {
      BRIKSYNC_TOKEN: readFileSync(tokenFile, "utf8"),
      VAULT_ADDR: "http://127.0.0.1:1",
      VAULT_TOKEN: "hvs.x",
    });
    expect(exitCode, stderr).toBe(0);
    const secrets = await listHandedTo("vault");
    expect(await accepts(secrets.at(-1) ?? "")).toBe(200);
  });
});

describe("the recipe for cron", () => {
  it("writes the file, restarts the service, and prints nothing", async () => {
    const lines = readBlock("cron").trim().split("\n");
    const settings = Object.fromEntries(lines.slice(0, -1).map((line) => line.split("=") as [string, string]));
    expect(Object.keys(settings)).toEqual(
      expect.arrayContaining(["SHELL", "MAILTO", "BRIKSYNC_SERVER", "BRIKSYNC_TOKEN_FILE"]),
    );
    const [, command = ""] = /^\S+ \S+ \S+ \S+ \S+ root (.*)$/.exec(lines.at(-1) ?? "") ?? [];
    const file = join(folder, ".env");
    writeFileSync(file, "LEVEL=info\nEXPORT_KEY=\n", { mode: 0o640 });
    expect(command).toContain("env:/etc/export/.env#");
    const { exitCode, stdout, stderr } = await runRecipe(command.replace("/etc/export/.env", file), {
      BRIKSYNC_TOKEN: "",
      BRIKSYNC_TOKEN_FILE: tokenFile,
    });
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    const [, secret = ""] = /^LEVEL=info\nEXPORT_KEY=(.*)\n$/.exec(readFileSync(file, "utf8")) ?? [];
    expect(await accepts(secret)).toBe(200);
    expect((await programs.listRuns()).map(({ args }) => args)).toEqual([["restart", "export"]]);
  });
});

describe("the line for many keys", () => {
  it("rotates those that are old enough", async () => {
    const script = 'cat > "$1"';
    const line = readBlock("many").replace("--older-than 90d", "--older-than 1s");
    const { exitCode, stdout, stderr } = await runRecipe(
      `printf '#!/bin/sh\\n%s\\n' '${script}' > deploy-secret; chmod +x deploy-secret; sleep 1.2; ${line}`,
      { BRIKSYNC_TOKEN: readFileSync(tokenFile, "utf8") },
    );
    expect(exitCode, stderr).toBe(0);
    const rows: { key: { id: string }; state: string }[] = JSON.parse(stdout);
    expect(rows.map(({ state }) => state)).toEqual(["finished"]);
    const secret = readFileSync(join(workspace, rows[0]?.key.id ?? ""), "utf8");
    expect(await accepts(secret)).toBe(200);
  });
});
