import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Pipeline, startPipeline } from "../packages/cli/test/support/pipeline.ts";
import {
  findMissingVendorPrograms,
  startVendorApis,
  type VendorApis,
} from "../packages/cli/test/support/vendor-apis.ts";
import { presentSecret, readBlock, useRecipeRunner } from "./ci-recipe-runner.ts";
import { readWorkflowSteps } from "./readme.ts";

const { folder, programs, runRecipe, listHandedTo } = useRecipeRunner();
const missing = findMissingVendorPrograms();
/** Replaces the server in the recipes with a trust, because the platforms have fixed issuers. */
let pipeline: Pipeline;
let trust: string;
let gitlab: Server;
let apis: VendorApis;
const puts: { url: string | undefined; token: string | string[] | undefined; value: string }[] = [];

beforeAll(async () => {
  pipeline = await startPipeline({ rotationLeaseSeconds: 2 });
  pipeline.fake.addKey("Nightly Export");
  if (missing === undefined) apis = await startVendorApis(folder);
  gitlab = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, value = ""] = /name="value"\r\n\r\n(.*)\r\n--/.exec(Buffer.concat(chunks).toString("utf8")) ?? [];
    puts.push({ url: request.url, token: request.headers["private-token"], value });
    response.writeHead(request.method === "PUT" ? 200 : 405).end("{}");
  });
  await new Promise<void>((resolve) => gitlab.listen(0, "127.0.0.1", resolve));
  const ids = ["--repo-id", "123456", "--owner-id", "654321"];
  const added = await runRecipe(`${readBlock("trust").trim()} ${ids.join(" ")} -o json`, adminOfPipeline());
  expect(added.exitCode, added.stderr).toBe(0);
  trust = JSON.parse(added.stdout).id;
}, 180_000);
afterAll(async () => {
  await pipeline?.stop();
  gitlab?.close();
  apis?.stop();
});
beforeEach(() => {
  apis?.reset();
  puts.length = 0;
});

/** Returns the variables of a job on GitHub. */
function github(): Record<string, string> {
  return { ...pipeline.jobEnv(trust, { environment: "production" }), BRIKSYNC_TOKEN: "" };
}

function adminOfPipeline(): Record<string, string> {
  return { BRIKSYNC_SERVER: pipeline.url, BRIKSYNC_TOKEN: pipeline.admin.env["BRIKSYNC_TOKEN"] ?? "" };
}

const accepts = (secret: string): Promise<number> => presentSecret(secret, pipeline.url);

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
    expect(await accepts(secret)).toBe(200);
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
    expect(await accepts(readSecret())).toBe(200);
    expect((await showStatus()).stdout).not.toMatch(/^pending /m);
  });

  it("names the missing line without the permission, and rotates nothing", async () => {
    const refused = await runRecipe(step(), { ...runner(), ACTIONS_ID_TOKEN_REQUEST_URL: "" });
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain("permissions: { id-token: write, contents: read }");
    expect(readBlock("github")).toContain("permissions: { id-token: write, contents: read }");
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
    expect(await accepts(puts[0]?.value ?? "")).toBe(200);
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
  expect(await accepts((await listHandedTo("vault")).at(-1) ?? "")).toBe(200);
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
