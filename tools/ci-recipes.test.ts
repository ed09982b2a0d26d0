import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFakePrograms, type FakePrograms } from "../packages/cli/test/support/fake-program.ts";
import { adminEmail, createAdmin, type LocalServer, startLocalServer } from "./local-server.ts";
import { repositoryRoot, serverEntry } from "./paths.ts";
import { readTaggedBlocks, readWorkflowSteps } from "./readme.ts";

const folder = mkdtempSync(join(tmpdir(), "briksync-recipes-"));
const prefix = join(folder, "global");
const password = "an unlikely sentence about bridges";
const passwordFile = join(folder, "password");
let tarball: string;
let server: LocalServer;
let programs: FakePrograms;
let gitlab: Server;
let workspace: string;
let runs = 0;
const puts: { url: string | undefined; token: string | string[] | undefined; value: string }[] = [];

beforeAll(async () => {
  const env = { DATABASE_URL: `sqlite:${join(folder, "briksync.db")}`, PORT: "0", ROTATION_LEASE_SECONDS: "2" };
  await createAdmin(env, password);
  server = await startLocalServer({ ...env, LOG_LEVEL: "warn" });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  programs = await createFakePrograms(folder);
  for (const [program, version] of [
    ["gh", "gh version 2.40.0"],
    ["vault", "Vault v1.15.0"],
    ["systemctl", "systemd 252"],
  ] as const) {
    await programs.set(program, version);
  }
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
  await runRecipe('briksync keys create "Nightly Export" -q');
}, 180_000);
afterAll(async () => {
  await server?.stop();
  gitlab?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await programs.forget();
  puts.length = 0;
});

function readBlock(tag: string): string {
  const text = readTaggedBlocks(tag, "docs/ci.md");
  expect(text, tag).not.toBe("");
  return text;
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

/** Runs a step as on a new runner: without a terminal, with an empty home directory. */
function runRecipe(script: string, env: Record<string, string> = {}): Promise<Outcome> {
  runs += 1;
  workspace = join(folder, `workspace-${runs}`);
  mkdirSync(workspace);
  const clean = Object.keys(process.env).filter((name) => /^(npm_|pnpm_|BRIKSYNC_|GITHUB_|VITEST)/.test(name));
  const settings = {
    ...Object.fromEntries(clean.map((name) => [name, ""])),
    CI: "true",
    HOME: workspace,
    PATH: [join(prefix, "bin"), programs.directory, process.env["PATH"]].join(delimiter),
    npm_config_prefix: prefix,
    BRIKSYNC_CLI: tarball,
    BRIKSYNC_SERVER: server.url,
    BRIKSYNC_EMAIL: adminEmail,
    BRIKSYNC_PASSWORD: password,
    ...env,
  };
  return run(`${script}\n:`, [], settings, workspace);
}

async function accepts(secret: string): Promise<number> {
  const headers = { authorization: `Bearer ${secret}` };
  return (await fetch(`${server.url}/external/v1/auth/verify`, { headers })).status;
}

async function listHandedTo(program: string): Promise<string[]> {
  const handed = (await programs.listRuns()).filter(({ program: name, stdin }) => name === program && stdin !== "");
  return handed.map(({ stdin }) => stdin);
}

describe("docs/ci.md", () => {
  it("has no block that no test runs", () => {
    const text = readFileSync(join(repositoryRoot, "docs/ci.md"), "utf8");
    const tags = [...text.matchAll(/^```(\w+)(?: (\w+))?$/gm)].map(([, language, tag]) => `${language} ${tag}`);
    expect(tags).toEqual([
      "sh account",
      "yaml github",
      "yaml unused",
      "yaml gitlab",
      "groovy jenkins",
      "crontab cron",
      "sh many",
    ]);
  });
});

describe("the account of a pipeline", () => {
  it("C-01 is created by the command on the page, and can do what the recipes do", async () => {
    const program = `briksync-server() { "${process.execPath}" "${serverEntry}" "$@"; }\n`;
    const env = { DATABASE_URL: `sqlite:${join(folder, "briksync.db")}` };
    const made = await runRecipe(program + readBlock("account"), env);
    expect(made.exitCode, made.stderr).toBe(0);
    const account = { BRIKSYNC_EMAIL: "ci@example.com", BRIKSYNC_PASSWORD: made.stdout.trim() };
    const done = await runRecipe('briksync keys create "Of the pipeline" -q\nbriksync keys list -o json', account);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stdout).toContain('"Of the pipeline"');
    await runRecipe('briksync keys revoke "Of the pipeline" --yes', account);
  });
});

describe("the recipe for GitHub Actions", () => {
  const runner = {
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: "acme/web",
    GITHUB_RUN_ID: "4711",
    RUNNER_OS: "Linux",
    GH_TOKEN: "github_pat_x",
  };
  const steps = (): readonly string[] => readWorkflowSteps(readBlock("github")).slice(1);

  it("delivers the new secret to gh before the old one ends, and shows which secrets work", async () => {
    const [rotate = "", status = ""] = steps();
    const rotated = await runRecipe(rotate, runner);
    expect(rotated.exitCode, rotated.stderr).toBe(0);
    const [secret = ""] = await listHandedTo("gh");
    expect(secret).toMatch(/^sec_[0-9a-f]{48}$/);
    expect(await accepts(secret)).toBe(200);
    expect(rotated.stderr).toContain(`::add-mask::${secret}`);
    expect(rotated.stdout + rotated.stderr.replace(`::add-mask::${secret}`, "")).not.toContain(secret);
    const calls = (await programs.listRuns()).filter(({ stdin }) => stdin !== "");
    expect(calls.map(({ args }) => args.join(" "))).toEqual([expect.stringContaining("secret set EXPORT_KEY")]);
    expect(calls[0]?.args.join(" ")).toContain("acme/web");
    const shown = await runRecipe(status, runner);
    expect(shown.stdout).toMatch(/^current .*\n(retiring .*\n)+$/m);
  });

  it("fails with both secrets working if gh fails, and a run on another machine completes the rotation", async () => {
    const [rotate = "", status = ""] = steps();
    // The check succeeds, but the delivery fails.
    const refusal = { on: "secret set EXPORT_KEY", exitCode: 1, stderr: "HTTP 403: Resource not accessible\n" };
    await programs.set("gh", "gh version 2.40.0", [refusal]);
    const failed = await runRecipe(rotate, runner);
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain("HTTP 403: Resource not accessible");
    expect(failed.stderr).toContain('The old and the new secret of "Nightly Export" both work');
    const shown = await runRecipe(status, runner);
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toMatch(/^current .*\npending /m);
    await programs.set("gh", "gh version 2.40.0");
    await programs.forget();
    const again = await runRecipe(rotate, runner);
    expect(again.exitCode, again.stderr).toBe(0);
    const [secret = ""] = await listHandedTo("gh");
    expect(await accepts(secret)).toBe(200);
    expect((await runRecipe(status, runner)).stdout).not.toMatch(/^pending /m);
  });
});

describe("the recipe for unused keys", () => {
  it("passes while every key is in use, and fails when one has been unused for long enough", async () => {
    const [, ...steps] = readWorkflowSteps(readBlock("unused"));
    expect(steps).toHaveLength(1);
    const [check = ""] = steps;
    const passed = await runRecipe(check);
    expect(passed.exitCode, passed.stderr).toBe(0);
    const failed = await runRecipe(`sleep 1.2; ${check.replace("--unused-for 90d", "--unused-for 1s")}`);
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
    const { exitCode, stderr } = await runRecipe(`VARIABLE_URL="${url}"; export VARIABLE_URL\n${command}`, {
      GITLAB_CI: "true",
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
    expect(await accepts(puts[0]?.value ?? "")).toBe(200);
  });
});

describe("the recipe for Jenkins", () => {
  it("delivers the new secret to vault", async () => {
    const [, step = ""] = /sh '''\n(.*?)'''/s.exec(readBlock("jenkins")) ?? [];
    const { exitCode, stderr } = await runRecipe(step, {
      BRIKSYNC_EMAIL: "",
      BRIKSYNC_PASSWORD: "",
      BRIKSYNC_USR: adminEmail,
      BRIKSYNC_PSW: password,
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
      expect.arrayContaining(["SHELL", "MAILTO", "BRIKSYNC_SERVER", "BRIKSYNC_EMAIL", "BRIKSYNC_PASSWORD_FILE"]),
    );
    const [, command = ""] = /^\S+ \S+ \S+ \S+ \S+ root (.*)$/.exec(lines.at(-1) ?? "") ?? [];
    const file = join(folder, ".env");
    writeFileSync(file, "LEVEL=info\nEXPORT_KEY=\n", { mode: 0o640 });
    expect(command).toContain("env:/etc/export/.env#");
    const { exitCode, stdout, stderr } = await runRecipe(command.replace("/etc/export/.env", file), {
      BRIKSYNC_PASSWORD: "",
      BRIKSYNC_PASSWORD_FILE: passwordFile,
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
    );
    expect(exitCode, stderr).toBe(0);
    const rows: { key: { id: string }; state: string }[] = JSON.parse(stdout);
    expect(rows.map(({ state }) => state)).toEqual(["finished"]);
    const secret = readFileSync(join(workspace, rows[0]?.key.id ?? ""), "utf8");
    expect(await accepts(secret)).toBe(200);
  });
});
