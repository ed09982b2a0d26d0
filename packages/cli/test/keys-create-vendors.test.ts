import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { presentSecret } from "./support/admin.ts";
import { spawnCli, waitForEnd } from "./support/cli-process.ts";
import { createFakePrograms, type FakePrograms, isRunning, type ProgramRun } from "./support/fake-program.ts";
import { useAdmin, useServer } from "./support/lifetimes.ts";

const versions = {
  gh: "gh version 2.60.1 (2024-10-25)",
  vault: "Vault v1.15.2 (abc), built x",
  aws: "aws-cli/2.15.0 Python/3.11",
  doppler: "v3.68.0",
};

const server = useServer();
const admin = useAdmin(server);
let programs: FakePrograms;
let names = 0;

beforeAll(async () => {
  programs = await createFakePrograms(admin.directory);
});
beforeEach(async () => {
  for (const [program, version] of Object.entries(versions)) await programs.set(program, version);
});
afterEach(() => programs.forget());

function create(sinks: readonly string[], more: readonly string[] = [], name?: string) {
  names += 1;
  const to = sinks.flatMap((sink) => ["--to", sink]);
  return admin.run(["keys", "create", name ?? `Key ${names}`, ...to, ...more], {
    env: { PATH: programs.path },
    cwd: admin.directory,
  });
}

const secretPattern = /^sec_[0-9a-f]{48}$/;

function findSecret(runs: readonly ProgramRun[]): string {
  return runs.map(({ stdin }) => stdin).find((text) => secretPattern.test(text)) ?? "none";
}

async function expectNothingRuns(runs: readonly ProgramRun[]): Promise<void> {
  expect(runs.length).toBeGreaterThan(0);
  for (const processId of runs.flatMap(({ processIds }) => processIds)) {
    await expect.poll(() => isRunning(processId), { timeout: 3000 }).toBe(false);
  }
}

describe("keys create --to a vendor's program", () => {
  it.each([
    [
      "github:acme/web#CRM_KEY",
      "the Actions secret CRM_KEY of acme/web",
      ["gh api --silent repos/acme/web/actions/secrets/public-key", "gh secret set CRM_KEY --repo acme/web"],
    ],
    [
      "github:ghe.acme.com/acme/web#CRM_KEY,CRM_ID",
      "the Actions secret CRM_KEY of ghe.acme.com/acme/web",
      [
        "gh api --silent --hostname ghe.acme.com repos/acme/web/actions/secrets/public-key",
        "gh secret set CRM_ID --repo ghe.acme.com/acme/web",
        "gh secret set CRM_KEY --repo ghe.acme.com/acme/web",
      ],
    ],
    [
      "vault:secret/apps/crm#api_key",
      "the field api_key of secret/apps/crm in Vault",
      ["vault kv patch -output-curl-string secret/apps/crm briksync=1", "vault kv patch secret/apps/crm api_key=-"],
    ],
    [
      "vault:secret/crm#api_key,api_id",
      "the field api_key of secret/crm in Vault",
      [
        "vault kv patch -output-curl-string secret/crm briksync=1",
        "vault kv patch secret/crm api_id=CLIENT_ID api_key=-",
      ],
    ],
    [
      "aws:prod/crm",
      "the secret prod/crm in AWS Secrets Manager",
      [
        "aws secretsmanager describe-secret --secret-id prod/crm",
        "aws secretsmanager put-secret-value --secret-id prod/crm --secret-string file:///dev/stdin",
      ],
    ],
    [
      "doppler:crm/prd#CRM_KEY",
      "the secret CRM_KEY of crm/prd in Doppler",
      [
        "doppler secrets --only-names --project crm --config prd --no-check-version",
        "doppler secrets set CRM_KEY --project crm --config prd --no-interactive --silent --no-check-version",
      ],
    ],
  ])("C-04 %s hands exactly the secret over on standard input", async (sink, description, lines) => {
    await programs.set("aws", versions.aws, [{ on: "put-secret-value", stdin: "dev" }]);
    const { exitCode, stdout, stderr } = await create([sink], ["-o", "json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const printed = JSON.parse(stdout);
    expect(Object.keys(printed).slice(0, 4)).toEqual(["id", "name", "clientId", "deliveredTo"]);
    expect(printed).toMatchObject({ deliveredTo: [sink] });
    const runs = await programs.listRuns();
    expect(runs.map(({ program, args }) => [program, ...args].join(" "))).toEqual(
      lines.map((line) => line.replace("CLIENT_ID", printed.clientId)),
    );
    const secret = findSecret(runs);
    expect(runs.map(({ stdin }) => stdin)).toEqual(["", ...(runs.length === 3 ? [printed.clientId] : []), secret]);
    expect(await presentSecret(server, secret)).toBe(200);
    for (const { args, env, isTerminal } of runs) {
      expect(JSON.stringify([args, env])).not.toContain(secret.slice(4));
      expect(Object.values(env)).not.toContain(admin.token);
      expect(env["BRIKSYNC_TOKEN"]).toBeUndefined();
      expect(isTerminal).toBe(false);
    }
    for (const text of [stdout, stderr]) expect(text).not.toContain(secret.slice(4));
    const shown = await create([sink]);
    expect(shown.stderr).toMatch(/^✓ Created "Key \d+"\.\n✓ Delivered to .*\.\n$/);
    expect(shown.stdout).toContain(`Delivered to  ${description}\n`);
    expect(shown.stdout + shown.stderr).not.toMatch(/sec_[0-9a-f]/);
  });

  it("with Vault, creates only missing secrets, and does not replace one that was created meanwhile", async () => {
    const missing = {
      on: "kv patch secret",
      exitCode: 2,
      stderr: "Error writing data to secret/data/crm: Code: 404. Errors:\n\n",
    };
    await programs.set("vault", versions.vault, [missing]);
    expect(await create(["vault:secret/crm#key"])).toMatchObject({ exitCode: 0 });
    const [, patch, put] = await programs.listRuns();
    expect(patch?.args).toEqual(["kv", "patch", "secret/crm", "key=-"]);
    expect(put?.args).toEqual(["kv", "put", "-cas=0", "secret/crm", "key=-"]);
    expect(put?.stdin).toBe(patch?.stdin);
    await programs.forget();
    await programs.set("vault", versions.vault, [{ ...missing, stderr: "Code: 403. permission denied" }]);
    expect(await create(["vault:secret/crm#key"])).toMatchObject({ exitCode: 1 });
    expect(await programs.listRuns()).toHaveLength(2);
  });

  it.each([
    [
      "github:acme/web#KEY",
      "gh",
      "1.3.1",
      "gh 1.4.0 or newer is required. Version 1.3.1 is installed",
      "https://cli.github.com",
    ],
    [
      "vault:secret/crm#k",
      "vault",
      "Vault v1.8.12",
      "vault 1.9.0 or newer is required. Version 1.8.12",
      "https://developer.hashicorp.com",
    ],
    [
      "doppler:crm/prd#K",
      "doppler",
      "v3.32.0",
      "doppler 3.33.0 or newer is required. Version 3.32.0",
      "https://docs.doppler.com",
    ],
    [
      "aws:crm",
      "aws",
      "aws-cli/1.14.70 Python/2.7",
      "aws 1.15.0 or newer is required. Version 1.14.70",
      "https://aws.amazon.com",
    ],
  ])("%s is refused early if the program is too old", async (sink, program, version, message, site) => {
    await programs.set(program, version);
    const before = await admin.countKeys();
    const { exitCode, stdout, stderr } = await create([sink]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("Nothing was changed");
    expect(stderr).toContain(message);
    expect(stderr).toContain(`hint: Install it from ${site}`);
    expect(await admin.countKeys()).toBe(before);
  });

  it("is refused before the first request if it is not installed or not signed in", async () => {
    await programs.set("gh", versions.gh, [
      { on: "api", exitCode: 4, stderr: "To get started with GitHub CLI, please run:  gh auth login\n" },
    ]);
    const sinks = ["--to", "github:acme/web#KEY"];
    const down = ["--server", "http://127.0.0.1:9"];
    const signedOut = await admin.run(["keys", "create", "X", ...sinks, ...down], { env: { PATH: programs.path } });
    expect(signedOut.exitCode).toBe(1);
    expect(signedOut.stderr).toContain("gh api exited with code 4.");
    expect(signedOut.stderr).toContain("  To get started with GitHub CLI, please run:  gh auth login");
    expect(signedOut.stderr).toContain("hint: Check that you are signed in: gh auth login");
    const missing = await admin.run(["keys", "create", "X", ...sinks, ...down, "-o", "json"], {
      env: { PATH: "/usr/sbin" },
    });
    expect(missing.exitCode).toBe(1);
    expect(JSON.parse(missing.stderr)).toMatchObject({
      error: {
        type: "SINK_UNAVAILABLE",
        message: expect.stringContaining("gh is not installed, or not in PATH"),
        exitCode: 1,
      },
    });
  });

  it("reports all problems of several destinations together", async () => {
    await programs.set("doppler", versions.doppler, [
      { on: "secrets", exitCode: 1, stderr: "Doppler Error: Invalid Auth token\n" },
    ]);
    const { exitCode, stderr } = await create(["doppler:crm/prd#KEY", "file:/nowhere/at/all", "github:acme/web#KEY"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("2 destinations cannot be used. Nothing was changed.");
    expect(stderr).toContain("Doppler Error: Invalid Auth token");
    expect(stderr).toContain("The directory /nowhere/at does not exist.");
  });

  it("with AWS, does not need permission to read the secret", async () => {
    const denied = {
      on: "describe-secret",
      exitCode: 254,
      stderr: "An error occurred (AccessDeniedException) when calling …\n",
    };
    await programs.set("aws", versions.aws, [denied]);
    expect(await create(["aws:crm"])).toMatchObject({ exitCode: 0 });
    await programs.set("aws", versions.aws, [
      { ...denied, stderr: "(ResourceNotFoundException) … can't find the specified secret.\n" },
    ]);
    const { exitCode, stderr } = await create(["aws:crm"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("can't find the specified secret");
  });

  it.each([
    ["github:acme/web#GITHUB_TOKEN", "is not a name that gh accepts"],
    ["github:acme#KEY", "is not a destination that gh accepts"],
    ["github:--help/x#KEY", "is not a destination that gh accepts"],
    ["vault:secret#KEY", "is not a destination that vault accepts"],
    ["vault:secret/../sys#KEY", "is not a destination that vault accepts"],
    ["vault:secret/x#a=b", "is not a name that vault accepts"],
    ["aws:file://x", "is not a destination that aws accepts"],
    ["aws:--debug", "is not a destination that aws accepts"],
    ["doppler:crm#KEY", "is not a destination that doppler accepts"],
    ["doppler:crm/prd#key", "is not a name that doppler accepts"],
  ])("%s is refused as wrong usage", async (sink, message) => {
    const { exitCode, stderr } = await create([sink]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(await programs.listRuns()).toEqual([]);
  });

  it("replaces placeholders when the values are known", async () => {
    const { stdout } = await create(
      ["vault:secret/{name}/{clientId}#key", "file:{{name}}-{id}"],
      ["-o", "json"],
      "CRM",
    );
    const { id, clientId } = JSON.parse(stdout);
    const runs = await programs.listRuns();
    // Before the key is made there is nothing to look at but the sign-in.
    expect(runs[0]?.args).toEqual(["token", "lookup"]);
    expect(runs[1]?.args).toEqual(["kv", "patch", `secret/CRM/${clientId}`, "key=-"]);
    expect(await readFile(join(admin.directory, `{name}-${id}`), "utf8")).toMatch(secretPattern);
  });
});

describe("C-10 a secret that a vendor's program did not accept", () => {
  it("is recovered and delivered by the same command, and the key is created only once", async () => {
    await programs.set("gh", versions.gh, [
      { on: "secret set", exitCode: 1, stderr: "one\nHTTP 503: try later\n", echo: "base64" },
    ]);
    const name = "Recovered";
    const before = await admin.countKeys();
    const failed = await create(["file:recovered.key", "github:acme/web#KEY"], [], name);
    expect(failed).toMatchObject({ exitCode: 1, stdout: "" });
    const secret = findSecret(await programs.listRuns());
    expect(failed.stderr).toContain(
      'error: Created "Recovered", but its secret was not delivered to all destinations.',
    );
    expect(failed.stderr).toContain("✓ the file recovered.key");
    expect(failed.stderr).toContain("✗ the Actions secret KEY of acme/web: gh secret set exited with code 1.");
    expect(failed.stderr).toContain("HTTP 503: try later");
    expect(failed.stderr).toContain("[secret]");
    expect(failed.stderr).toContain(
      "hint: Fix the problem. To recover the same secret within 24 hours, run: briksync keys create ",
    );
    for (const text of [secret.slice(4), Buffer.from(secret).toString("base64")])
      expect(failed.stderr).not.toContain(text);
    await programs.set("gh", versions.gh);
    await programs.forget();
    const again = await create(["file:recovered.key", "github:acme/web#KEY"], [], name);
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toContain('✓ Recovered the secret of "Recovered". The creation of the key started');
    expect(findSecret(await programs.listRuns())).toBe(secret);
    expect(await admin.countKeys()).toBe(before + 1);
    expect(await presentSecret(server, secret)).toBe(200);
    expect(await readFile(join(admin.directory, "recovered.key"), "utf8")).toBe(secret);
    // What was finished is over: the same command is a new key.
    await create(["github:acme/web#KEY"], [], name);
    expect(await admin.countKeys()).toBe(before + 2);
  });

  it("counts as not delivered if the program exits with 0 without reading it", async () => {
    await programs.set("gh", versions.gh, [{ on: "secret set", stdin: "ignore" }]);
    const { exitCode, stderr } = await create(["github:acme/web#KEY"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("gh secret set exited without reading the secret from standard input");
  });

  it.each([false, true])("is stopped with its children after the time limit (stubborn: %s)", async (isStubborn) => {
    await programs.set("gh", versions.gh, [{ on: "secret set", hangMs: 30_000, isStubborn }]);
    const { exitCode, stderr, durationMs } = await create(["github:acme/web#KEY"], ["--sink-timeout", "4"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("gh was stopped because it did not exit within 4 seconds.");
    expect(durationMs).toBeLessThan(18_000);
    for (const { processIds } of await programs.listRuns()) {
      for (const processId of processIds) expect(await isRunning(processId)).toBe(false);
    }
  });

  it("C-08 stops on Ctrl-C, says how to continue, and leaves no process", async () => {
    await programs.set("gh", versions.gh, [{ on: "secret set", hangMs: 30_000, isStubborn: true }]);
    const args = ["keys", "create", "Interrupted", "--to", "github:acme/web#KEY", "--to", "file:never.key"];
    const child = spawnCli(args, { env: { ...admin.env, PATH: programs.path }, cwd: admin.directory });
    await expect.poll(async () => findSecret(await programs.listRuns()), { timeout: 15_000 }).toMatch(secretPattern);
    const start = performance.now();
    child.process.kill("SIGINT");
    expect(await waitForEnd(child, 10_000)).toMatchObject({ exitCode: 130 });
    // The program would have run for 30 s.
    expect(performance.now() - start).toBeLessThan(6000);
    const stderr = await child.texts.stderr;
    expect(stderr).toContain("Interrupted while gh was running.");
    expect(stderr).toContain("✗ the file never.key: Interrupted before the delivery.");
    expect(stderr).toContain("To recover the same secret within 24 hours, run: briksync keys create ");
    const runs = await programs.listRuns();
    await expectNothingRuns(runs);
    await programs.set("gh", versions.gh);
    const secret = findSecret(runs);
    await programs.forget();
    const again = await create(["github:acme/web#KEY"], [], "Interrupted");
    expect(again.exitCode).toBe(0);
    expect(findSecret(await programs.listRuns())).toBe(secret);
  });
});
