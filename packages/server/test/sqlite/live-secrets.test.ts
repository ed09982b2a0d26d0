import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import type Database from "better-sqlite3";
import fc from "fast-check";
import { Kysely, SqliteDialect } from "kysely";
import { expect, it } from "vitest";
import { dialects } from "../../src/store/dialects.ts";
import * as init from "../../src/store/migrations/0001-init.ts";
import * as rotations from "../../src/store/migrations/0002-rotations.ts";
import { openStore } from "../../src/store/open-store.ts";
import { useTemporaryDirectory } from "../support/lifetimes.ts";
import { useDatabaseWithLastUsed, useSqliteConnection } from "../support/sqlite-connection.ts";

/** The expected content of `live_secrets`, directly from its source tables. */
const expected = `select s.digest, s.id, s.state, s.expires_on, s.first_used_on, k.id, k.name, k.client_id, c.id, c.name, c.plan,
    k.rate_per_minute, k.rate_burst,
    (select group_concat(case when expires_at is null then cidr else cidr || ' ' || expires_at end, char(10))
       from ip_allowlist where key_id = k.id)
  from key_secrets s join api_keys k on k.id = s.key_id join companies c on c.id = k.company_id where k.status = 'active' order by s.digest`;
const actual = `select digest, secret_id, state, expires_on, first_used_on, key_id, key_name, client_id, c.id, c.name, c.plan,
    rate_per_minute, rate_burst, allowlist from live_secrets join numbered_companies c on c.number = company order by digest`;

const time = "2026-02-01T10:30:00.000Z";
const keyIds = ["key-0", "key-1", "key-2"];

function insertKeys(database: Database.Database): void {
  database.prepare("insert into companies values ('company', 'Acme', 'BUSINESS', ?)").run(time);
  database.prepare("insert into companies values ('other', 'Other', 'FREE', ?)").run(time);
  for (const id of keyIds) {
    database
      .prepare(
        "insert into api_keys (id, company_id, name, client_id, status, created_on) values (?, 'company', ?, ?, 'active', ?)",
      )
      .run(id, `name of ${id}`, `client of ${id}`, time);
  }
}

/** Changes of the tables, both as the server makes them and as a person might make them by hand. */
const changes = {
  addSecret: (database, keyId, text) =>
    database
      .prepare(
        "insert into key_secrets (digest, id, key_id, state, pepper_version, created_on, expires_on) values (?, ?, ?, 'pending', 'v', ?, ?)",
      )
      .run(randomBytes(32), randomUUID(), keyId, time, text),
  retire: (database, keyId, text) =>
    database.prepare("update key_secrets set state = 'retiring', expires_on = ? where key_id = ?").run(text, keyId),
  use: (database, keyId) =>
    database
      .prepare("update key_secrets set first_used_on = ? where key_id = ? and state = 'pending'")
      .run(time, keyId),
  end: (database, keyId) => database.prepare("delete from key_secrets where key_id = ?").run(keyId),
  rename: (database, keyId, text) => database.prepare("update api_keys set name = ? where id = ?").run(text, keyId),
  lock: (database, keyId) => database.prepare("update api_keys set name = name where id = ?").run(keyId),
  limit: (database, keyId, text) =>
    database
      .prepare("update api_keys set rate_per_minute = ?, rate_burst = ? where id = ?")
      .run(text.length || null, text.length > 3 ? text.length : null, keyId),
  revoke: (database, keyId) => database.prepare("update api_keys set status = 'revoked' where id = ?").run(keyId),
  restore: (database, keyId) => database.prepare("update api_keys set status = 'active' where id = ?").run(keyId),
  allow: (database, keyId, text) =>
    database
      .prepare("insert into ip_allowlist (id, key_id, cidr, created_on, expires_at) values (?, ?, ?, ?, ?)")
      .run(randomUUID(), keyId, randomUUID(), time, text === "" ? null : text),
  allowUntil: (database, keyId, text) =>
    database.prepare("update ip_allowlist set expires_at = ? where key_id = ?").run(text, keyId),
  changePlan: (database, _keyId, text) =>
    database.prepare("update companies set plan = ?").run(text === "" ? "FREE" : "PRO"),
  moveKey: (database, keyId, text) =>
    database
      .prepare("update api_keys set company_id = (select max(id) from companies where (id = 'other') = ?) where id = ?")
      .run(text === "" ? 1 : 0, keyId),
  disallow: (database, keyId) =>
    database.prepare("delete from ip_allowlist where id = (select id from ip_allowlist where key_id = ?)").run(keyId),
} satisfies Record<string, (database: Database.Database, keyId: string, text: string) => void>;

it("S-13 the verify table matches the other tables after any change or rollback", async () => {
  const path = join(useTemporaryDirectory(), "briksync.db");
  await (await openStore({ engine: "sqlite", path })).close();
  const database = useSqliteConnection(path);
  insertKeys(database);
  const read = (statement: string) => database.prepare(statement).raw().all() as unknown[][];
  const change = fc.tuple(fc.constantFrom(...Object.values(changes)), fc.constantFrom(...keyIds), fc.string());
  const columns = database.prepare("select name from pragma_table_info('live_secrets')").pluck().all() as string[];
  const seen = new Map(columns.map((name) => [name, new Set<unknown>()]));
  // Random changes may miss a column. These change each one.
  const everyColumn: [(typeof changes)[keyof typeof changes], string, string][] = [
    [changes.addSecret, "key-0", "later"],
    [changes.addSecret, "key-1", ""],
    [changes.use, "key-0", ""],
    [changes.rename, "key-0", "renamed"],
    [changes.limit, "key-0", "limited"],
    [changes.allow, "key-0", ""],
    [changes.moveKey, "key-0", ""],
    [changes.moveKey, "key-0", "later"],
    [changes.retire, "key-0", "later"],
    [changes.end, "key-1", ""],
  ];
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), fc.boolean(), (list, isKept) => {
      const before = read(actual);
      database.exec("begin");
      for (const [apply, keyId, text] of list) {
        apply(database, keyId, text);
        expect(read(actual)).toEqual(read(expected));
        for (const name of columns)
          for (const [value] of read(`select ${name} from live_secrets`)) seen.get(name)?.add(value);
      }
      database.exec(isKept ? "commit" : "rollback");
      if (!isKept) expect(read(actual)).toEqual(before);
      expect(read(actual)).toEqual(read(expected));
    }),
    { numRuns: 60, examples: [[everyColumn, true]] },
  );
  // Every column was compared and changed, except `place`, which follows from the digest.
  expect(columns.filter((name) => name !== "place" && !actual.match(/\w+/g)?.includes(name))).toEqual([]);
  expect(columns.filter((name) => (seen.get(name)?.size ?? 0) < 2)).toEqual([]);
  // The changes had an effect on every table.
  expect(database.prepare("select count(*) from ended_secrets").pluck().get()).toBeGreaterThan(0);
});

it("S-13 refuses two working secrets whose digests start with the same bytes", async () => {
  const path = join(useTemporaryDirectory(), "briksync.db");
  await (await openStore({ engine: "sqlite", path })).close();
  const database = useSqliteConnection(path);
  insertKeys(database);
  const add = database.prepare(
    "insert into key_secrets (digest, id, key_id, state, pepper_version, created_on) values (?, ?, ?, 'pending', 'v', ?)",
  );
  const [one, other] = [randomBytes(32), randomBytes(32)];
  one.copy(other, 0, 0, 8);
  add.run(one, "one", "key-0", time);
  expect(() => add.run(other, "other", "key-1", time)).toThrow(/UNIQUE.*live_secrets/);
  expect(database.prepare("select id from key_secrets").pluck().all()).toEqual(["one"]);
});

it("S-53 keys, secrets and last-used times of the previous schema are kept, also of ended secrets", async () => {
  const path = join(useTemporaryDirectory(), "briksync.db");
  const database = useSqliteConnection(path);
  const db = new Kysely<never>({ dialect: new SqliteDialect({ database }) });
  await init.up(db, dialects.sqlite);
  await rotations.up(db, dialects.sqlite);
  database.exec(
    "create table kysely_migration (name varchar(255) primary key not null, timestamp varchar(255) not null)",
  );
  database.exec(
    "create table kysely_migration_lock (id varchar(255) primary key not null, is_locked integer not null default 0)",
  );
  database.exec("insert into kysely_migration_lock values ('migration_lock', 0)");
  for (const name of ["0001-init", "0002-rotations"]) {
    database.prepare("insert into kysely_migration values (?, ?)").run(name, time);
  }
  insertKeys(database);
  const digests = [randomBytes(32), randomBytes(32)];
  const secret = database.prepare(
    "insert into key_secrets (digest, id, key_id, state, pepper_version, created_on) values (?, ?, ?, 'current', 'v', ?)",
  );
  secret.run(digests[0], "secret-0", "key-0", time);
  secret.run(digests[1], "secret-1", "key-1", time);
  database
    .prepare("insert into ip_allowlist (id, key_id, cidr, created_on) values ('a', 'key-1', '192.0.2.0/24', ?)")
    .run(time);
  const use = database.prepare("insert into secret_uses (key_id, secret_id, used_on, ip) values (?, ?, ?, ?)");
  use.run("key-0", "secret-0", "2026-02-01T10:30:00.999Z", "203.0.113.7");
  use.run("key-0", "ended-0", "2025-12-31T23:59:59.001Z", "2001:db8::1");
  use.run("key-2", "ended-2", "2024-02-29T00:00:00.000Z", null);

  const store = await openStore({ engine: "sqlite", path });
  try {
    const find = (id: string) => store.keys.find("company", id);
    expect(await find("key-0")).toMatchObject({ lastUsedAt: "2026-02-01T10:30:00.999Z", lastUsedIp: "203.0.113.7" });
    expect(await find("key-1")).toMatchObject({ lastUsedAt: null, lastUsedIp: null });
    expect(await find("key-2")).toMatchObject({ lastUsedAt: "2024-02-29T00:00:00.000Z", lastUsedIp: null });
    expect(await store.secrets.list("key-0")).toMatchObject([
      { id: "secret-0", lastUsedAt: "2026-02-01T10:30:00.999Z" },
    ]);
    expect(await Promise.all(digests.map((digest) => store.findLiveSecret(digest)))).toMatchObject([
      { secretId: "secret-0", keyName: "name of key-0", companyName: "Acme", allowlist: null },
      { secretId: "secret-1", keyName: "name of key-1", allowlist: "192.0.2.0/24" },
    ]);
    expect(
      useDatabaseWithLastUsed(path)
        .prepare("select key_id, secret_id, used_on, ip from secret_uses order by secret_id")
        .raw()
        .all(),
    ).toEqual([
      ["key-0", "ended-0", "2025-12-31T23:59:59.001Z", "2001:db8::1"],
      ["key-2", "ended-2", "2024-02-29T00:00:00.000Z", null],
      ["key-0", "secret-0", "2026-02-01T10:30:00.999Z", "203.0.113.7"],
    ]);
  } finally {
    await store.close();
  }
});
