import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { expect, it } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import type { LiveSecret } from "../../src/store/records.ts";
import type { Store } from "../../src/store/store.ts";
import { useTemporaryDirectory } from "../support/lifetimes.ts";
import { useSqliteConnection } from "../support/sqlite-connection.ts";

const time = "2026-02-01T10:30:00.000Z";

/** Opens a store with this number of live secrets of one key, and a connection of another process to its file. */
async function setUp(
  onFinished: (cleanUp: () => Promise<void>) => void,
  count: number,
): Promise<{ store: Store; database: Database.Database; digests: Buffer[] }> {
  const path = join(useTemporaryDirectory(), "briksync.db");
  const store = await openStore({ engine: "sqlite", path });
  onFinished(() => store.close());
  const database = useSqliteConnection(path);
  database.prepare("insert into companies values ('company', 'Acme', 'BUSINESS', ?)").run(time);
  database
    .prepare(
      "insert into api_keys (id, company_id, name, client_id, status, created_on) values ('key', 'company', 'name', 'client', 'active', ?)",
    )
    .run(time);
  const digests = Array.from({ length: count }, () => randomBytes(32));
  for (const [index, digest] of digests.entries()) {
    database
      .prepare(
        "insert into key_secrets (digest, id, key_id, state, pepper_version, created_on) values (?, ?, 'key', 'pending', 'v', ?)",
      )
      .run(digest, `secret-${index}`, time);
  }
  return { store, database, digests };
}

const namesOf = (found: readonly (LiveSecret | null)[]): (string | null)[] =>
  found.map((secret) => secret?.secretId ?? null);

it("S-13 a lookup sees every commit before its call, and every commit before its result", async ({
  onTestFinished,
}) => {
  const { store, database, digests } = await setUp(onTestFinished, 3);
  const find = (index: number): Promise<LiveSecret | null> => store.findLiveSecret(digests[index] ?? Buffer.alloc(32));
  expect(namesOf(await Promise.all([find(0), find(1), find(2)]))).toEqual(["secret-0", "secret-1", "secret-2"]);
  for (const alone of [true, false]) {
    const end = database.prepare("delete from key_secrets where id = ?");
    const name = alone ? "secret-0" : "secret-1";
    const asked = alone ? [find(0)] : [find(1), find(2)];
    // The store has not run these lookups yet. A secret that ends now was confirmed as ended before any result.
    end.run(name);
    expect(namesOf(await Promise.all(asked))[0]).toBeNull();
  }
  expect(namesOf(await Promise.all([find(0), find(1), find(2)]))).toEqual([null, null, "secret-2"]);
  database.prepare("update api_keys set status = 'revoked'").run();
  expect(namesOf(await Promise.all([find(2), find(2)]))).toEqual([null, null]);
});

it("S-13 lookups in the same turn see the same state, whatever is committed between turns", async ({
  onTestFinished,
}) => {
  const { store, database, digests } = await setUp(onTestFinished, 40);
  const rename = database.prepare("update api_keys set name = ?");
  for (let round = 0; round < 50; round++) {
    rename.run(`name ${round}`);
    const found = await Promise.all(digests.map((digest) => store.findLiveSecret(digest)));
    expect(new Set(found.map((secret) => secret?.keyName))).toEqual(new Set([`name ${round}`]));
    expect(namesOf(found)).toEqual(digests.map((_, index) => `secret-${index}`));
  }
});

it("S-51 a lookup that fails affects at most its batch, and the next lookups succeed", async ({ onTestFinished }) => {
  const { store, database, digests } = await setUp(onTestFinished, 2);
  const [first = Buffer.alloc(32)] = digests;
  database.exec("alter table live_secrets rename to elsewhere");
  const failed = await Promise.allSettled([first, first, first].map((digest) => store.findLiveSecret(digest)));
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  database.exec("alter table elsewhere rename to live_secrets");
  expect(namesOf(await Promise.all(digests.map((digest) => store.findLiveSecret(digest))))).toEqual([
    "secret-0",
    "secret-1",
  ]);
});
