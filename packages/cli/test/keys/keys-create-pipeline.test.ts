import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { spawnCli, waitForEnd } from "../support/cli-process.ts";
import { useKeyCreation } from "../support/key-creation.ts";
import { useAdmin, useDirectory, useServer } from "../support/lifetimes.ts";

const server = useServer();
const admin = useAdmin(server);
const directory = useDirectory(admin);
const create = useKeyCreation(admin, directory);

describe("in a pipeline", () => {
  it("github-env and github-output append in a form that no value can escape, after masking", async () => {
    const [envFile, outputFile] = [join(directory.path, "env"), join(directory.path, "output")];
    await writeFile(envFile, "A=1");
    await writeFile(outputFile, "");
    const env = { GITHUB_ACTIONS: "true", GITHUB_ENV: envFile, GITHUB_OUTPUT: outputFile };
    const { exitCode, stdout, stderr } = await create(["github-env:KEY,KEY_ID", "github-output:api-key"], { env });
    expect(exitCode).toBe(0);
    const written =
      /^A=1\nKEY_ID<<(briksync_[0-9a-f]{32})\n(api_[0-9a-f]{24})\n\1\nKEY<<(briksync_[0-9a-f]{32})\n(sec_[0-9a-f]{48})\n\3\n$/;
    const [, first, , second, secret = ""] = written.exec(await readFile(envFile, "utf8")) ?? [];
    expect(first).not.toBe(second);
    expect(await readFile(outputFile, "utf8")).toMatch(/^api-key<<(briksync_[0-9a-f]{32})\nsec_[0-9a-f]{48}\n\1\n$/);
    expect(await presentSecret(server, secret)).toBe(200);
    const [created, mask, ...rest] = stderr.split("\n");
    expect(created).toMatch(/^✓ Created/);
    expect(mask).toBe(`::add-mask::${secret}`);
    expect(stdout + rest.join("\n")).not.toContain(secret);
    expect(stdout).toContain("the variable KEY of this GitHub Actions job");
  });

  it("are refused if they have no effect", async () => {
    const before = await admin.countKeys();
    for (const [sink, env, exitCode, message] of [
      ["github-env:KEY", {}, 1, "GITHUB_ENV is not set, so this is not a step of a GitHub Actions job."],
      ["github-output:KEY", { GITHUB_OUTPUT: join(directory.path, "gone") }, 1, "cannot be written"],
      ["github-output:KEY", { GITHUB_OUTPUT: directory.path }, 1, "does not name a file"],
      ["github-env:GITHUB_TOKEN", {}, 2, "is not a name that GitHub Actions accepts"],
      ["github-env:NODE_OPTIONS", {}, 2, "is not a name that GitHub Actions accepts"],
      ["github-output:a b", {}, 2, "is not a name that GitHub Actions accepts"],
    ] as const) {
      const result = await create([sink], { env });
      expect({ sink, exitCode: result.exitCode }).toEqual({ sink, exitCode });
      expect(result.stderr).toContain(message);
    }
    expect(await admin.countKeys()).toBe(before);
  });

  it.each([
    ["GITHUB_ACTIONS", "true", "::add-mask::"],
    ["TF_BUILD", "True", "##vso[task.setsecret]"],
  ])("C-04 the secret is masked before it reaches a destination or stdout (%s)", async (variable, value, mask) => {
    const env = { [variable]: value };
    // The command prints the current content of stderr, which must already contain the mask.
    const log = join(directory.path, "log");
    const child = spawnCli(["keys", "create", "Masked", "--to", `exec:cat > secret; cp ${log} seen`], {
      env: { ...admin.env, ...env },
      cwd: directory.path,
    });
    child.process.stderr.on(
      "data",
      (text) => void import("node:fs").then(({ appendFileSync }) => appendFileSync(log, text)),
    );
    expect(await waitForEnd(child, 20_000)).toMatchObject({ exitCode: 0 });
    expect(await directory.read("seen")).toContain(`${mask}${await directory.read("secret")}`);
    const alone = await admin.run(["keys", "create", "Shown", "--secret-only", "-q"], { env });
    expect(alone.stderr).toBe(`${mask}${alone.stdout}`);
  });

  it("C-07 the name of a key is not a command for the Azure agent", async () => {
    const name = "##vso[task.setvariable variable=x]y ##[error]z";
    const { stdout, stderr } = await create(["file:x"], { name, env: { TF_BUILD: "True" } });
    expect(stdout).toContain("# #vso[task.setvariable");
    expect(stdout + stderr.replace("##vso[task.setsecret]", "")).not.toMatch(/##(vso)?\[/);
    const json = await admin.run(["keys", "list", "-o", "json"], { env: { TF_BUILD: "True" } });
    expect(json.stdout).not.toMatch(/##(vso)?\[/);
    expect(JSON.parse(json.stdout).map((key: { name: string }) => key.name)).toContain(name);
  });
});
