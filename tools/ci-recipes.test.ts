import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { BrikSync } from "@briksync/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { presentSecret, readBlock, readRunnerEnv, run, useRecipeRunner } from "./ci-recipe-runner.ts";
import { runCompositeAction } from "./composite-action.ts";
import { adminEmail, createAdmin, type LocalServer, startLocalServer } from "./local-server.ts";
import { repositoryRoot } from "./paths.ts";
import { readReadmeBlocks, readTaggedBlocks, readWorkflowSteps } from "./readme.ts";

const runner = useRecipeRunner();
const { folder, programs } = runner;
const password = "an unlikely sentence about bridges";
const tokenFile = join(folder, "token");
let server: LocalServer;

beforeAll(async () => {
  const database = { DATABASE_URL: `sqlite:${join(folder, "briksync.db")}`, PORT: "0" };
  const env = { ...database, ROTATION_LEASE_SECONDS: "2", ACCESS_TOKEN_TTL: "3600" };
  await createAdmin(env, password);
  server = await startLocalServer({ ...env, LOG_LEVEL: "warn" });
  const { accessToken } = await new BrikSync({ baseUrl: server.url }).auth.signIn({ email: adminEmail, password });
  const asAdmin = { BRIKSYNC_TOKEN: accessToken };
  await runRecipe('briksync keys create "Nightly Export" -q', asAdmin);
  const created = await runRecipe(readBlock("token").trim().replace("automation.token", tokenFile), asAdmin);
  expect(created.exitCode, created.stderr).toBe(0);
}, 180_000);
afterAll(() => server?.stop());

function runRecipe(script: string, env: Readonly<Record<string, string>>) {
  return runner.runRecipe(script, { BRIKSYNC_SERVER: server.url, ...env });
}

const accepts = (secret: string): Promise<number> => presentSecret(secret, server.url);

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

  it("has a test for each block", () => {
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

describe("the action setup-briksync", () => {
  it("installs the CLI from a tarball for later steps, with its own Node", async () => {
    const { steps } = parse(readBlock("setup")) as { steps: { uses?: string; with?: Record<string, string> }[] };
    expect(steps[0]).toMatchObject({ with: { tarball: expect.any(String) } });
    const [, action = ""] = /^acme\/briksync\/(.*)@main$/.exec(steps[0]?.uses ?? "") ?? [];
    // An old Node comes first, as on some runners.
    const oldNode = join(folder, "old-node");
    mkdirSync(oldNode);
    writeFileSync(join(oldNode, "node"), "#!/bin/sh\nexit 7\n", { mode: 0o755 });
    // The home of this machine has Node 24 in npm's cache.
    const job = { env: readRunnerEnv(process.env["HOME"] ?? folder), cwd: folder, temp: join(folder, "action-temp") };
    const installed = runCompositeAction(join(repositoryRoot, action), { tarball: runner.tarball }, job);
    expect(installed.exitCode, installed.output).toBe(0);
    const [step = ""] = readWorkflowSteps(readBlock("setup"));
    const later = { ...installed.env, PATH: [oldNode, installed.env["PATH"]].join(delimiter) };
    const { exitCode, stdout, stderr } = await run(step, [], later, folder);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
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
    const secrets = await runner.listHandedTo("vault");
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
  it("rotates the keys that are old enough", async () => {
    const script = 'cat > "$1"';
    const line = readBlock("many").replace("--older-than 90d", "--older-than 1s");
    const { exitCode, stdout, stderr } = await runRecipe(
      `printf '#!/bin/sh\\n%s\\n' '${script}' > deploy-secret; chmod +x deploy-secret; sleep 1.2; ${line}`,
      { BRIKSYNC_TOKEN: readFileSync(tokenFile, "utf8") },
    );
    expect(exitCode, stderr).toBe(0);
    const rows: { key: { id: string }; state: string }[] = JSON.parse(stdout);
    expect(rows.map(({ state }) => state)).toEqual(["finished"]);
    const secret = readFileSync(join(runner.workspace, rows[0]?.key.id ?? ""), "utf8");
    expect(await accepts(secret)).toBe(200);
  });
});
