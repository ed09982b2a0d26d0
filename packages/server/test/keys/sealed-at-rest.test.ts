import { expect, it } from "vitest";
import { openSealedResponse } from "../../src/domain/keys/sealed-response.ts";
import { createSecretHasher } from "../../src/domain/keys/secret-hash.ts";
import { createHttpClient } from "../support/http-client.ts";
import { createTestKey } from "../support/keys.ts";
import { useDependencies, useServerProcess, useTestDatabase } from "../support/lifetimes.ts";
import { createPerson, signInPerson } from "../support/people.ts";

const serverSecrets = {
  BRIKSYNC_JWT_SECRET: "signing-secret-of-more-than-32-bytes",
  BRIKSYNC_KEY_PEPPER: "pepper-of-quite-a-bit-more-than-32-bytes",
};

/** Returns every spelling of a database value that could be a key: its text, its bytes and its usual encodings. */
function listEncodings(value: unknown): string[] {
  if (Buffer.isBuffer(value)) {
    return [value.toString("hex"), value.toString("base64"), value.toString("base64url"), value.toString("latin1")];
  }
  return [String(value)];
}

it("S-10 a sealed response cannot be opened with the database, log and server secrets, or with a guessed key", async () => {
  const database = await useTestDatabase();
  const env = { ...database.env, LOG_LEVEL: "trace", ...serverSecrets };
  const deps = await useDependencies(env);
  const person = await createPerson(deps);
  const server = await useServerProcess(env);
  const client = createHttpClient(server.url);
  const admin = await signInPerson(client, person);
  const key = await createTestKey(client, admin.token);
  const guessable = "rotate-crm-2026-11-28";
  const { body } = await client.call("POST", `/external/v1/auth/keys/${key.id}/rotate`, {
    token: admin.token,
    headers: { "idempotency-key": guessable },
  });
  client.close();
  await server.stop();

  const tables = await database.listTables();
  const rows = await Promise.all(tables.map((table) => database.query(`select * from ${table}`)));
  const values = rows.flat().flatMap((row) => Object.values(row));
  const words = (server.stdout() + server.stderr()).split(/[^\w-]+/);
  const spelled = [...values.flatMap(listEncodings), ...words];
  const candidates = new Set([...spelled, ...Object.values(serverSecrets)]);
  const [record] = (await database.query("select * from idempotency_records")) as { sealed: Buffer }[];
  if (record === undefined) throw new Error("Nothing was sealed.");
  const { sealed } = record;
  const context = JSON.stringify([admin.companyId, admin.userId, "rotateKey", key.id]);
  const pepper = createSecretHasher([serverSecrets.BRIKSYNC_KEY_PEPPER]).current;

  expect(openSealedResponse(sealed, { clientKey: guessable, pepper, context })).toContain(body.clientSecret);
  expect(candidates.size).toBeGreaterThan(100);
  expect(candidates.has(guessable)).toBe(false);
  for (const clientKey of candidates) expect(openSealedResponse(sealed, { clientKey, pepper, context })).toBeNull();
  for (const text of new Set(values.map(String))) {
    if (text === "") continue;
    const found = createSecretHasher([text]).current;
    expect(openSealedResponse(sealed, { clientKey: guessable, pepper: found, context })).toBeNull();
  }
});
