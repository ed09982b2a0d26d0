import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Pipeline, startPipeline } from "../support/pipeline.ts";

let pipeline: Pipeline;
let trust: string;
beforeAll(async () => {
  pipeline = await startPipeline();
  trust = await pipeline.addTrust();
});
afterAll(() => pipeline?.stop());

/** Returns the access tokens that a run has used. */
function listRunTokens(): string[] {
  const sent = pipeline.fake.calls.map(({ headers }) => headers.get("authorization")?.replace("Bearer ", "") ?? "");
  return [...new Set(sent.filter((token) => token.startsWith("run_")))];
}

describe("a job with BRIKSYNC_TRUST", () => {
  it("sees only the keys of the trust, and says so", async () => {
    const { exitCode, stdout, stderr } = await pipeline.runJob(trust, ["keys", "list"]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain("CRM");
    expect(stdout).not.toContain("Other");
    expect(stderr).toContain("This run sees only the keys of the trust in BRIKSYNC_TRUST.");
  });

  it("masks both tokens in the log, and prints them nowhere else", async () => {
    const { stdout, stderr } = await pipeline.runJob(trust, ["whoami", "--debug"]);
    const tokens = [pipeline.idTokens.at(-1) ?? "", listRunTokens().at(-1) ?? ""];
    expect(tokens.map((token) => token.slice(0, 3))).toEqual(["eyJ", "run"]);
    let rest = stderr;
    for (const token of tokens) {
      expect(stderr).toContain(`::add-mask::${token}\n`);
      rest = rest.replace(`::add-mask::${token}\n`, "");
    }
    for (const token of tokens) expect(stdout + rest).not.toContain(token);
  });

  it("masks nothing outside CI", async () => {
    const env = { GITHUB_ACTIONS: undefined };
    const { stderr } = await pipeline.runJob(trust, ["whoami"], { env });
    expect(stderr).not.toMatch(/add-mask|run_|eyJ/);
  });

  it("rotates a key to a destination", async () => {
    const file = join(pipeline.admin.directory, "crm.key");
    const { exitCode, stderr } = await pipeline.runJob(trust, ["keys", "rotate", "CRM", "--to", `file:${file}`]);
    expect(exitCode, stderr).toBe(0);
    expect(await readFile(file, "utf8")).toMatch(/^sec_[0-9a-f]{48}$/);
  });

  it("continues a rotation with a new token after the first one has expired, and says so", async () => {
    const isDelivered = ({ operation }: { operation: string | null }) => operation === "renewRotation";
    const before = pipeline.fake.calls.filter(isDelivered).length;
    const running = pipeline.runJob(trust, ["keys", "rotate", "CRM", "--to", "exec:cat >/dev/null; sleep 1"]);
    while (pipeline.fake.calls.filter(isDelivered).length === before) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    pipeline.fake.expireAccessTokens();
    const { exitCode, stderr } = await running;
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain("The run continues with a new one.");
    // The admin's token has expired too, so sign in again.
    Object.assign(pipeline.admin.env, { BRIKSYNC_TOKEN: pipeline.fake.addSession().accessToken });
  });

  it("refuses everything else with exit code 5", async () => {
    for (const args of [
      ["keys", "create", "New"],
      ["keys", "revoke", "CRM", "--yes"],
      ["audit"],
      ["trust", "list"],
      ["tokens", "list"],
    ]) {
      const { exitCode, stderr } = await pipeline.runJob(trust, args);
      expect({ args, exitCode }).toEqual({ args, exitCode: 5 });
      expect(stderr).toContain("briksync whoami");
    }
  });

  it.each([[[]], [["--yes"]], [["--grace", "1h"]]])(
    "refuses a rotation without --to, and says so: %j",
    async (more) => {
      const before = pipeline.fake.calls.filter(({ operation }) => operation === "rotateKey").length;
      const { exitCode, stdout, stderr } = await pipeline.runJob(trust, ["keys", "rotate", "CRM", ...more]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: "" });
      expect(stderr).toContain("briksync keys rotate CRM --to DESTINATION");
      expect(pipeline.fake.calls.filter(({ operation }) => operation === "rotateKey")).toHaveLength(before);
      const json = await pipeline.runJob(trust, ["keys", "rotate", "CRM", "--yes", "-o", "json"]);
      expect(JSON.parse(json.stderr).error).toMatchObject({ type: "SCOPE_DENIED", exitCode: 5 });
    },
  );

  it("says that it sees only the keys of the trust if a key was not found", async () => {
    const { exitCode, stderr } = await pipeline.runJob(trust, ["keys", "rotate", "Other", "--to", "file:other.key"]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("This run sees only the keys of the trust in BRIKSYNC_TRUST.");
    const ofAdmin = await pipeline.admin.run(["keys", "rotate", "Missing", "--to", "file:other.key"]);
    expect(ofAdmin).toMatchObject({ exitCode: 3, stderr: expect.not.stringContaining("This run sees only") });
  });

  it("says which claim differs, and how to see all of them", async () => {
    const { exitCode, stderr } = await pipeline.runJob(trust, ["keys", "list"], { claims: { environment: "test" } });
    expect(exitCode).toBe(5);
    expect(stderr).toContain('In the token, environment is "test"');
    expect(stderr).not.toContain("prod");
    expect(stderr).toContain("briksync trust explain");
  });

  it("names the missing line of the workflow, and never falls back to a password", async () => {
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: undefined,
      BRIKSYNC_EMAIL: "ada@partner.com",
      BRIKSYNC_PASSWORD: "correct horse battery staple",
      BRIKSYNC_TOKEN: "t",
    };
    const before = pipeline.fake.calls.length;
    const { exitCode, stdout, stderr } = await pipeline.runJob(trust, ["keys", "list"], { env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(stderr).toContain("permissions: { id-token: write, contents: read }");
    expect(pipeline.fake.calls).toHaveLength(before);
    const json = await pipeline.runJob(trust, ["keys", "list", "--json"], { env });
    expect(JSON.parse(json.stderr).error).toMatchObject({ type: "ID_TOKEN_UNAVAILABLE", exitCode: 4 });
  });

  it("refuses a value that is not the ID of a trust", async () => {
    const { exitCode, stderr } = await pipeline.runJob("acme/web", ["keys", "list"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("BRIKSYNC_TRUST does not contain the ID of a trust.");
  });

  it("refuses an empty value, as from an undefined variable, and uses no other credential", async () => {
    const env = { BRIKSYNC_EMAIL: "ada@partner.com", BRIKSYNC_PASSWORD: "correct horse battery staple" };
    const before = pipeline.fake.calls.length;
    for (const empty of ["", " "]) {
      const { exitCode, stderr } = await pipeline.runJob(empty, ["keys", "list"], { env });
      expect(exitCode).toBe(2);
      expect(stderr).toContain("BRIKSYNC_TRUST is set, but empty.");
    }
    expect(pipeline.fake.calls).toHaveLength(before);
  });

  it("shows the trust, its keys and the expiry of the token in whoami", async () => {
    const { stdout } = await pipeline.runJob(trust, ["whoami"]);
    expect(stdout).toMatch(/^Trust +acme\/web rotate.yml$/m);
    expect(stdout).toMatch(/^Keys +CRM$/m);
    expect(stdout).toMatch(/^Run +acme\/web \.github\/workflows\/rotate\.yml 4711$/m);
    expect(stdout).toMatch(/^Valid until +\S+ \(in 1[45] minutes, then renewed automatically\)$/m);
    const json = await pipeline.runJob(trust, ["whoami", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: "trust", id: trust, keyNames: ["CRM"], may: ["rotate"] });
  });

  it("shows the same in doctor, and no warning about a password", async () => {
    const { stdout } = await pipeline.runJob(trust, ["doctor"]);
    expect(stdout).toMatch(
      /session +BRIKSYNC_TRUST: trust "acme\/web rotate\.yml", Acme Corp, BUSINESS, its token expires in 1[45] minutes/,
    );
    expect(stdout).toContain("may rotate: CRM");
    expect(stdout).not.toContain("password");
  });
});

describe("briksync trust explain", () => {
  it("shows the job's own claims and the verdict, keeps the token usable and hides the expected values", async () => {
    const before = pipeline.fake.calls.filter(({ operation }) => operation === "exchangeToken").length;
    const allowed = await pipeline.runJob(trust, ["trust", "explain"]);
    expect(allowed.exitCode, allowed.stderr).toBe(0);
    expect(allowed.stdout).toMatch(/^CLAIM +THIS JOB HAS +OK$/m);
    const refused = await pipeline.runJob(trust, ["trust", "explain"], { claims: { environment: "test" } });
    expect(refused.exitCode).toBe(10);
    expect(refused.stdout).toMatch(/^environment +test +no$/m);
    expect(refused.stdout + refused.stderr).not.toContain("prod");
    expect(refused.stderr).toContain(`briksync trust show ${trust}`);
    expect(pipeline.fake.calls.filter(({ operation }) => operation === "exchangeToken")).toHaveLength(before);
  });

  it("shows the claims of the token if there is no such trust", async () => {
    const { exitCode, stdout, stderr } = await pipeline.runJob(crypto.randomUUID(), ["trust", "explain"]);
    expect(exitCode).toBe(10);
    expect(stdout).toMatch(/^repository_id +123456 +\?$/m);
    expect(stderr).toContain("There is no enabled trust with this ID");
    const named = await pipeline.runJob(trust, ["trust", "explain", "--trust", "acme/web"]);
    expect(named).toMatchObject({ exitCode: 2, stdout: "" });
    expect(named.stderr).toContain("--trust does not contain the ID of a trust.");
  });

  it("names the token if it is not one", async () => {
    const env = { BRIKSYNC_TOKEN: "", BRIKSYNC_TRUST: trust, BRIKSYNC_ID_TOKEN: "a.b.c" };
    const { exitCode, stderr } = await pipeline.admin.run(["trust", "explain"], { env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      "hint: Check the token that the platform gives this job, for example in BRIKSYNC_ID_TOKEN.",
    );
  });

  it("names the audience if the server does not accept the token", async () => {
    const { exitCode, stderr } = await pipeline.runJob(trust, ["trust", "explain"], {
      claims: { aud: "sts.example.com" },
    });
    expect(exitCode).toBe(10);
    expect(stderr).toContain("Its audience is sts.example.com");
  });
});

describe("a pipeline that signs in with a password", () => {
  it("is reported by doctor, with the next step", async () => {
    const env = {
      BRIKSYNC_TRUST: undefined,
      BRIKSYNC_EMAIL: "ada@partner.com",
      BRIKSYNC_PASSWORD: "correct horse battery staple",
    };
    const { exitCode, stdout } = await pipeline.runJob("", ["doctor"], { env });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("This pipeline signs in with a person's password");
    expect(stdout).toContain("docs/migrate-pipelines.md");
    expect(stdout).toContain("briksync help pipelines");
    const both = await pipeline.runJob(trust, ["doctor"], { env: { ...env, BRIKSYNC_TRUST: trust } });
    expect(both.stdout).toContain("has a person's password, although it signs in with BRIKSYNC_TRUST");
    const elsewhere = await pipeline.admin.run(["doctor"], { env: { ...env, BRIKSYNC_TOKEN: undefined } });
    expect(elsewhere.stdout).not.toContain("This pipeline");
  });
});
