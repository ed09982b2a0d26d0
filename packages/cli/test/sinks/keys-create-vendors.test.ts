import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presentSecret, secretPattern } from "../support/admin.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { findSecret, useVendorPrograms, vendorVersions } from "../support/vendor-programs.ts";

// gh and aws run for real in vendor-programs.test.ts.
const server = useServer();
const admin = useAdmin(server);
const { programs, create } = useVendorPrograms(admin);

describe("keys create --to a vendor's program", () => {
  it.each([
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
      "doppler:crm/prd#CRM_KEY",
      "the secret CRM_KEY of crm/prd in Doppler",
      [
        "doppler secrets --only-names --project crm --config prd --no-check-version",
        "doppler secrets set CRM_KEY --project crm --config prd --no-interactive --silent --no-check-version",
      ],
    ],
  ])("C-04 %s passes exactly the secret on standard input", async (sink, description, lines) => {
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
    await programs.set("vault", vendorVersions.vault, [missing]);
    expect(await create(["vault:secret/crm#key"])).toMatchObject({ exitCode: 0 });
    const [, patch, put] = await programs.listRuns();
    expect(patch?.args).toEqual(["kv", "patch", "secret/crm", "key=-"]);
    expect(put?.args).toEqual(["kv", "put", "-cas=0", "secret/crm", "key=-"]);
    expect(put?.stdin).toBe(patch?.stdin);
    await programs.forget();
    await programs.set("vault", vendorVersions.vault, [{ ...missing, stderr: "Code: 403. permission denied" }]);
    expect(await create(["vault:secret/crm#key"])).toMatchObject({ exitCode: 1 });
    expect(await programs.listRuns()).toHaveLength(2);
  });

  it("replaces placeholders as soon as their values are known", async () => {
    const { stdout } = await create(
      ["vault:secret/{name}/{clientId}#key", "file:{{name}}-{id}"],
      ["-o", "json"],
      "CRM",
    );
    const { id, clientId } = JSON.parse(stdout);
    const runs = await programs.listRuns();
    // Before the key is created, the CLI can check only the sign-in of the program.
    expect(runs[0]?.args).toEqual(["token", "lookup"]);
    expect(runs[1]?.args).toEqual(["kv", "patch", `secret/CRM/${clientId}`, "key=-"]);
    expect(await readFile(join(admin.directory, `{name}-${id}`), "utf8")).toMatch(secretPattern);
  });
});
