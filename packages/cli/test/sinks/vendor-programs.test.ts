import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { useAdmin, useKey, useServer } from "../support/lifetimes.ts";
import { listSecrets } from "../support/rotation.ts";
import { findMissingVendorPrograms, startVendorApis, type VendorApis } from "../support/vendor-apis.ts";

const missing = findMissingVendorPrograms();

describe.skipIf(missing !== undefined)(missing ?? "the real gh and aws", () => {
  const server = useServer({ ROTATION_LEASE_SECONDS: "2" });
  const admin = useAdmin(server);
  const key = useKey(admin);
  let apis: VendorApis;
  let names = 0;

  beforeAll(async () => {
    apis = await startVendorApis(admin.directory);
  });
  afterAll(() => apis?.stop());
  beforeEach(() => apis.reset());

  function run(args: readonly string[], sinks: readonly string[], env: Record<string, string> = {}) {
    const to = sinks.flatMap((sink) => ["--to", sink]);
    return admin.run([...args, ...to], { env: { PATH: "/usr/bin:/bin", ...apis.env, ...env } });
  }

  function create(sinks: readonly string[], env: Record<string, string> = {}) {
    names += 1;
    return run(["keys", "create", `Created ${names}`, "-o", "json"], sinks, env);
  }

  it("C-04 deliver the new secret of a rotation, and no process has it in its arguments", async () => {
    const sinks = ["github:acme/web#CRM_KEY", "aws:prod/crm"];
    const { exitCode, stdout, stderr } = await run(["keys", "rotate", key.name, "--debug"], sinks);
    expect(exitCode, stderr).toBe(0);
    expect(apis.requests).toEqual([
      "GET github.com/acme/web#public-key",
      "DescribeSecret prod/crm",
      "GET github.com/acme/web#public-key",
      "PUT github.com/acme/web#CRM_KEY",
      "PutSecretValue prod/crm",
    ]);
    const secret = apis.stored.get("prod/crm") ?? "";
    expect(secret).toMatch(/^sec_[0-9a-f]{48}$/);
    expect(apis.stored.get("github.com/acme/web#CRM_KEY")).toBe(secret);
    expect(await presentSecret(server, secret)).toBe(200);
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
    const seen = apis.processes.join("\n");
    expect(seen).toContain("gh\0secret\0set\0CRM_KEY");
    expect(seen).toContain("put-secret-value\0--secret-id\0prod/crm");
    for (const text of [...apis.processes, stdout, stderr]) expect(text).not.toContain(secret.slice(4, 30));
    const environments = apis.processes.filter((text) => text.includes("GH_PROMPT_DISABLED="));
    expect(environments.length).toBeGreaterThan(0);
    for (const environment of environments) expect(environment).not.toContain(admin.token);
  });

  it("deliver the secret of a new key to GitHub Enterprise Server, after its client ID", async () => {
    const place = "github.example.com/acme/web";
    const { exitCode, stdout, stderr } = await create([`github:${place}#CRM_KEY,CRM_ID`]);
    expect(exitCode, stderr).toBe(0);
    expect(apis.requests.filter((request) => request.startsWith("PUT"))).toEqual([
      `PUT ${place}#CRM_ID`,
      `PUT ${place}#CRM_KEY`,
    ]);
    expect(apis.stored.get(`${place}#CRM_ID`)).toBe(JSON.parse(stdout).clientId);
    expect(await presentSecret(server, apis.stored.get(`${place}#CRM_KEY`) ?? "")).toBe(200);
  });

  it("are checked first, and nothing changes if they refuse", async () => {
    const before = await admin.countKeys();
    const signedOut = { GH_TOKEN: "", GH_ENTERPRISE_TOKEN: "", BRIKSYNC_SERVER: "http://127.0.0.1:9" };
    const refused = await create(["github:acme/web#KEY"], signedOut);
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toContain("gh api exited with code 4.");
    expect(refused.stderr).toContain("please run:  gh auth login");
    expect(refused.stderr).toContain("Check that you are signed in: gh auth login");
    apis.refuse("public-key", 404, { message: "Not Found" });
    expect((await create(["github:acme/web#KEY"])).stderr).toContain("Not Found (HTTP 404)");
    const unknown = { __type: "ResourceNotFoundException", message: "can't find the specified secret." };
    apis.refuse("DescribeSecret", 400, unknown);
    expect((await create(["aws:crm"])).stderr).toContain("can't find the specified secret");
    expect(apis.stored.size).toBe(0);
    expect(await admin.countKeys()).toBe(before);
  });

  it("need no permission to read the secret at AWS", async () => {
    apis.refuse("DescribeSecret", 400, { __type: "AccessDeniedException", Message: "not authorized" });
    const { exitCode, stderr } = await create(["aws:crm"]);
    expect(exitCode, stderr).toBe(0);
    expect(await presentSecret(server, apis.stored.get("crm") ?? "")).toBe(200);
  });

  it("leave both secrets working if a delivery fails, and the same command resumes", async () => {
    const refusal = { message: "Resource not accessible by personal access token" };
    apis.refuse("PUT github.com/acme/web#SECOND", 403, refusal);
    const rotate = () => run(["keys", "rotate", key.name], ["github:acme/web#FIRST", "github:acme/web#SECOND"]);
    const failed = await rotate();
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain(`\n  * failed to set secret "SECOND": HTTP 403: ${refusal.message} (`);
    const delivered = apis.stored.get("github.com/acme/web#FIRST") ?? "";
    for (const secret of [delivered, key.clientSecret]) expect(await presentSecret(server, secret)).toBe(200);
    apis.reset();
    const resumed = await rotate();
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(apis.stored.get("github.com/acme/web#SECOND")).toBe(delivered);
    expect((await listSecrets(admin, key.id)).map(({ state }) => state)).toEqual(["current"]);
  });
});
