import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "../../src/config/config.ts";
import { loadServerSecrets } from "../../src/config/server-secrets.ts";
import { createTokenInput } from "../support/automation-tokens.ts";
import { createHttpClient } from "../support/http-client.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useDependencies, useServerProcess, useTemporaryDirectory } from "../support/lifetimes.ts";
import { createPerson, signInPerson } from "../support/people.ts";
import { runCommand } from "../support/run-command.ts";
import { spawnServer } from "../support/spawn-server.ts";

const oldPepper = "the first pepper of more than 32 bytes";
const newPepper = "the second pepper of more than 32 bytes";

describe("the generated secrets", () => {
  it("S-10 are generated once, in a 0600 file next to the database, and kept over restarts", async () => {
    const directory = useTemporaryDirectory();
    const env = { DATABASE_URL: `sqlite:${join(directory, "briksync.db")}`, LOG_LEVEL: "error" };
    const path = join(directory, "briksync.db.secrets.json");
    const first = await spawnServer(env);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, "utf8");
    const { jwtSecret, keyPepper } = JSON.parse(text);
    for (const secret of [jwtSecret, keyPepper]) expect(secret).toMatch(/^[\w-]{64}$/);
    expect(jwtSecret).not.toBe(keyPepper);

    const deps = await useDependencies(env);
    const client = createHttpClient(first.url);
    const admin = await signInPerson(client, await createPerson(deps));
    const { clientSecret } = await createTestKey(client, admin.token);
    client.close();
    await first.stop();

    const second = await useServerProcess(env);
    const again = createHttpClient(second.url);
    expect(await verifyStatus(again, clientSecret)).toBe(200);
    expect((await again.call("GET", "/external/v1/auth/me", { token: admin.token })).status).toBe(200);
    again.close();
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("S-10 are the same in several processes that start together, which leave no temporary file", async () => {
    const directory = useTemporaryDirectory();
    const env = { DATABASE_URL: `sqlite:${join(directory, "briksync.db")}` };
    const results = await Promise.all(Array.from({ length: 4 }, () => runCommand(["migrate"], env)));
    const done = [0, "The database is up to date.\n"];
    expect(results.map(({ code, stderr }) => [code, stderr])).toEqual(results.map(() => done));
    expect(readdirSync(directory).filter((name) => name.includes("secrets"))).toEqual(["briksync.db.secrets.json"]);
  });

  it.each([
    ["not JSON", "not json"],
    ["empty", ""],
    ["truncated", '{"jwtSecret":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ["without a pepper", JSON.stringify({ jwtSecret: "x".repeat(64) })],
    ["with a short pepper", JSON.stringify({ jwtSecret: "x".repeat(64), keyPepper: "short" })],
    ["with other types", JSON.stringify({ jwtSecret: 1, keyPepper: null })],
    ["null", "null"],
  ])("S-10 in a damaged file (%s) are refused, and the file does not change", (_how, text) => {
    const directory = useTemporaryDirectory();
    const path = join(directory, "briksync.db.secrets.json");
    writeFileSync(path, text, { mode: 0o600 });
    const load = (): unknown =>
      loadServerSecrets(parseConfig({ DATABASE_URL: `sqlite:${join(directory, "briksync.db")}` }));
    expect(load).toThrow(
      new ConfigError([
        `The secrets file ${path} is damaged or not a briksync secrets file. The server did not change it. Restore it from a backup`,
      ]),
    );
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(readdirSync(directory)).toEqual(["briksync.db.secrets.json"]);
  });

  it("S-10 in a file that others can read are refused with exit code 78 and a command that fixes it", async () => {
    const directory = useTemporaryDirectory();
    const path = join(directory, "briksync.db.secrets.json");
    const env = { DATABASE_URL: `sqlite:${join(directory, "briksync.db")}` };
    for (const mode of [0o640, 0o604, 0o644, 0o666]) {
      writeFileSync(path, JSON.stringify({ jwtSecret: "x".repeat(64), keyPepper: "y".repeat(64) }));
      chmodSync(path, mode);
      expect(() => loadServerSecrets(parseConfig(env))).toThrow(
        `Other users can read the secrets file ${path}. Run: chmod 600 ${path}`,
      );
      expect(statSync(path).mode & 0o777).toBe(mode);
    }
    const { code, stdout, stderr } = await runCommand(["serve"], env);
    expect([code, stdout]).toEqual([78, ""]);
    expect(stderr).toBe(
      `The configuration is not valid:\n  Other users can read the secrets file ${path}. Run: chmod 600 ${path}\n`,
    );
  });
});

describe("peppers", () => {
  it("S-10 with two peppers, old keys keep working and new keys use the first pepper", async () => {
    const env = { DATABASE_URL: `sqlite:${join(useTemporaryDirectory(), "briksync.db")}`, LOG_LEVEL: "error" };
    const before = await spawnServer({ ...env, BRIKSYNC_KEY_PEPPER: oldPepper });
    const deps = await useDependencies({ ...env, BRIKSYNC_KEY_PEPPER: oldPepper });
    let client = createHttpClient(before.url);
    const admin = await signInPerson(client, await createPerson(deps));
    const old = await createTestKey(client, admin.token);
    client.close();
    await before.stop();

    const both = await spawnServer({ ...env, BRIKSYNC_KEY_PEPPER: `${newPepper}, ${oldPepper}` });
    client = createHttpClient(both.url);
    expect(await verifyStatus(client, old.clientSecret)).toBe(200);
    const refreshed = await client.call("POST", "/external/v1/auth/refresh", {
      json: { refreshToken: admin.refreshToken },
    });
    expect(refreshed.status).toBe(200);
    const fresh = await createTestKey(client, admin.token);
    const rotated = await client.call("POST", `/external/v1/auth/keys/${old.id}/rotate`, { token: admin.token });
    client.close();
    await both.stop();

    const verified = await runCommand(["audit", "verify"], {
      ...env,
      BRIKSYNC_KEY_PEPPER: `${newPepper},${oldPepper}`,
    });
    expect([verified.code, verified.stderr]).toEqual([0, "All audit chains are intact.\n"]);

    const after = await useServerProcess({ ...env, BRIKSYNC_KEY_PEPPER: newPepper });
    client = createHttpClient(after.url);
    expect(await verifyStatus(client, fresh.clientSecret)).toBe(200);
    expect(await verifyStatus(client, rotated.body.clientSecret)).toBe(200);
    client.close();
  });

  it("S-10 a missing pepper of stored keys and tokens is reported at the start", async () => {
    const env = { DATABASE_URL: `sqlite:${join(useTemporaryDirectory(), "briksync.db")}`, LOG_LEVEL: "error" };
    const server = await spawnServer({ ...env, BRIKSYNC_KEY_PEPPER: oldPepper });
    const deps = await useDependencies({ ...env, BRIKSYNC_KEY_PEPPER: oldPepper });
    const client = createHttpClient(server.url);
    const admin = await signInPerson(client, await createPerson(deps));
    await createTestKey(client, admin.token);
    const { id } = await createTestKey(client, admin.token);
    const tokens: string[] = [];
    for (let index = 0; index < 2; index++) {
      const json = createTokenInput([id]);
      tokens.push((await client.call("POST", "/external/v1/auth/tokens", { token: admin.token, json })).body.id);
    }
    await client.call("POST", `/external/v1/auth/tokens/${tokens[0]}/revoke`, { token: admin.token });
    client.close();
    await server.stop();
    for (const peppers of [{ BRIKSYNC_KEY_PEPPER: newPepper }, {}]) {
      const refused = await runCommand(["serve"], { ...env, ...peppers });
      expect(refused.code).toBe(78);
      expect(refused.stdout).toBe("");
      expect(refused.stderr).toMatch(
        /BRIKSYNC_KEY_PEPPER: the pepper [0-9a-f]{8} is missing. It is required for 3 of the secrets in this database\./,
      );
    }
  });
});
