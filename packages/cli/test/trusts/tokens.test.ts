import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useTerminal } from "../support/lifetimes.ts";
import { type Pipeline, startPipeline } from "../support/pipeline.ts";

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline?.stop());

const pathOf = (name: string) => join(pipeline.admin.directory, name);
const create = (name: string, ...more: string[]) =>
  pipeline.admin.run(["tokens", "create", name, "--key", "CRM", "--expires", "90d", ...more]);

describe("briksync tokens create", () => {
  it("delivers the token to a destination and prints it nowhere", async () => {
    const { exitCode, stdout, stderr } = await create(
      "Jenkins",
      "--to",
      `file:${pathOf("jenkins.token")}`,
      "-o",
      "json",
    );
    expect(exitCode, stderr).toBe(0);
    const token = await readFile(pathOf("jenkins.token"), "utf8");
    expect(token).toMatch(/^aut_[0-9a-f]{48}$/);
    expect(stdout + stderr).not.toContain(token);
    expect(JSON.parse(stdout)).toMatchObject({
      name: "Jenkins",
      keyIds: [pipeline.key.id],
      deliveredTo: [`file:${pathOf("jenkins.token")}`],
    });
    const env = { BRIKSYNC_TOKEN: token };
    const listed = await pipeline.admin.run(["keys", "list"], { env });
    expect(listed.stdout).toContain("CRM");
    expect(listed.stdout).not.toContain("Other");
    expect(listed.stderr).toContain("This run sees only the keys of this automation token.");
    const who = await pipeline.admin.run(["whoami"], { env });
    expect(who.stdout).toMatch(/^Automation token +Jenkins$/m);
    expect(who.stdout).toMatch(/^Token +from BRIKSYNC_TOKEN, not stored$/m);
    const rotated = await pipeline.admin.run(["keys", "rotate", "CRM", "--to", `file:${pathOf("crm.key")}`], { env });
    expect(rotated.exitCode, rotated.stderr).toBe(0);
  });

  it.each([[[]], [["-o", "json"]], [["-o", "ids"]]])(
    "creates nothing without a destination and without a terminal: %j",
    async (args) => {
      const before = (await pipeline.runJson<unknown[]>("tokens", "list")).length;
      const { exitCode, stdout, stderr } = await create("Lost", ...args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain("--to file:automation.token");
      expect(await pipeline.runJson<unknown[]>("tokens", "list")).toHaveLength(before);
    },
  );

  it("shows the token once at a terminal", async () => {
    const args = ["tokens", "create", "Shown", "--key", "CRM", "--expires", "30d"];
    const terminal = useTerminal(args, { env: pipeline.admin.env });
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text).toMatch(/Token +aut_[0-9a-f]{48}/);
    expect(terminal.text).toContain("The secret is shown only once.");
    expect(terminal.text).toContain("set the token as BRIKSYNC_TOKEN");
  });

  it("checks the destination before it creates the token", async () => {
    await writeFile(pathOf("taken"), "something else", { mode: 0o600 });
    const { exitCode, stderr } = await create("Taken", "--to", `file:${pathOf("taken")}`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("already exists. Nothing was changed.");
    const names = await pipeline.runJson<{ name: string }[]>("tokens", "list");
    expect(names.map(({ name }) => name)).not.toContain("Taken");
  });

  it("requires an expiry of at most a year", async () => {
    const args = ["tokens", "create", "x", "--key", "CRM", "--to", `file:${pathOf("x")}`];
    expect((await pipeline.admin.run(args)).exitCode).toBe(2);
    const long = await pipeline.admin.run([...args, "--expires", "500d"]);
    expect(long).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Pass at most 365d.") });
  });
});

describe("briksync tokens rotate, revoke, list and show", () => {
  it("replaces the token in its file, and the old one works until the new one is used", async () => {
    const to = ["--to", `file:${pathOf("cron.token")}`];
    await create("Cron", ...to);
    const old = await readFile(pathOf("cron.token"), "utf8");
    const { exitCode, stderr } = await pipeline.admin.run(["tokens", "rotate", "Cron", ...to]);
    expect(exitCode, stderr).toBe(0);
    const next = await readFile(pathOf("cron.token"), "utf8");
    expect(next).not.toBe(old);
    expect(stderr).not.toContain(next);
    const use = async (token: string) =>
      (await pipeline.admin.run(["keys", "list"], { env: { BRIKSYNC_TOKEN: token } })).exitCode;
    expect([await use(old), await use(next), await use(old)]).toEqual([0, 0, 4]);
  });

  it("does not replace a file that contains something else", async () => {
    await writeFile(pathOf("other"), "something else", { mode: 0o600 });
    const { exitCode, stderr } = await pipeline.admin.run([
      "tokens",
      "rotate",
      "Cron",
      "--to",
      `file:${pathOf("other")}`,
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--overwrite");
    expect(await readFile(pathOf("other"), "utf8")).toBe("something else");
    // A rotation does not replace the secret of a key with a token, or a token with a secret.
    const overKey = await pipeline.admin.run(["tokens", "rotate", "Cron", "--to", `file:${pathOf("crm.key")}`]);
    expect(overKey).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--overwrite") });
    const overToken = await pipeline.admin.run(["keys", "rotate", "CRM", "--to", `file:${pathOf("cron.token")}`]);
    expect(overToken).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--overwrite") });
  });

  it("masks the token in the job log before it is delivered", async () => {
    const env = { GITHUB_ACTIONS: "true" };
    const to = ["--to", `file:${pathOf("masked.token")}`];
    const { stderr } = await pipeline.admin.run(
      ["tokens", "create", "Masked", "--key", "CRM", "--expires", "1d", ...to],
      { env },
    );
    expect(stderr).toContain(`::add-mask::${await readFile(pathOf("masked.token"), "utf8")}`);
  });

  it("says how to get a new token if the delivery fails", async () => {
    const { exitCode, stderr } = await create("Failing", "--to", "exec:cat >/dev/null; exit 3");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/To deliver a new secret, run: briksync tokens rotate [0-9a-f-]{36} --to DESTINATION/);
    expect(stderr).not.toContain("aut_");
  });

  it("shows and revokes a token", async () => {
    const shown = await pipeline.admin.run(["tokens", "show", "Jenkins"]);
    expect(shown.stdout).toMatch(/^Expires +\S+ \(in 2 months\)$/m);
    const unconfirmed = await pipeline.admin.run(["tokens", "revoke", "Jenkins"]);
    expect(unconfirmed.exitCode).toBe(2);
    expect((await pipeline.admin.run(["tokens", "revoke", "Jenkins", "--yes"])).exitCode).toBe(0);
    expect((await pipeline.admin.run(["tokens", "list"])).stdout).toMatch(/^Jenkins +revoked/m);
    const env = { BRIKSYNC_TOKEN: await readFile(pathOf("jenkins.token"), "utf8") };
    expect((await pipeline.admin.run(["keys", "list"], { env })).exitCode).toBe(4);
  });

  it("shows a new token that waits for its first use, but not after the revocation", async () => {
    const to = ["--to", `file:${pathOf("waiting.token")}`];
    const [id = ""] = (await create("Waiting", ...to, "-o", "ids")).stdout.split("\n");
    await pipeline.admin.run(["tokens", "rotate", id, ...to]);
    expect((await pipeline.admin.run(["tokens", "show", id])).stdout).toMatch(/^New token +not used yet/m);
    await pipeline.admin.run(["tokens", "revoke", id, "--yes"]);
    expect((await pipeline.admin.run(["tokens", "show", id])).stdout).not.toContain("New token");
  });
});
