import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/** Returns SQL for the first 8 bytes of a digest as a signed number. SQLite has no shorter way, at least until 3.42. */
function placeOf(digest: string): string {
  const digit = (index: number): string => `instr('123456789ABCDEF', substr(hex(${digest}), ${index + 1}, 1))`;
  return Array.from({ length: 16 }, (_, index) => `(${digit(index)} << ${60 - 4 * index})`).join(" | ");
}

/** Returns SQL that creates the rows of `live_secrets` for the secrets of the condition on `s` and `k`. */
function fillLiveSecrets(condition: string): string {
  return `insert into live_secrets select s.place, s.digest, s.id, s.state, s.expires_on, s.first_used_on,
    k.id, k.name, k.client_id, c.number, k.rate_per_minute, k.rate_burst,
    (select group_concat(case when expires_at is null then cidr else cidr || ' ' || expires_at end, char(10))
       from ip_allowlist where key_id = k.id)
  from placed_secrets s join api_keys k on k.id = s.key_id join numbered_companies c on c.id = k.company_id
  where k.status = 'active' and ${condition};`;
}

/** SQL that removes the row of one secret while it is in its table. */
const removeOld =
  "delete from live_secrets where place = (select place from placed_secrets where digest = old.digest);";

/** Returns SQL that recreates the rows of one key's secrets. */
function refillKey(keyId: string): string {
  return `delete from live_secrets where place in (select place from placed_secrets where key_id = ${keyId});
    ${fillLiveSecrets(`k.id = ${keyId}`)}`;
}

const tables = [
  `create view placed_secrets as select *, ${placeOf("digest")} as place from key_secrets`,
  // A short number instead of a long text, so that a plan change is a change of one row.
  `create table numbered_companies (
    number integer primary key,
    id text not null unique,
    name text not null,
    plan text not null
  )`,
  "insert into numbered_companies (id, name, plan) select id, name, plan from companies order by id",
  // `place` is the rowid, so that verify reads one row with one short lookup.
  `create table live_secrets (
    place integer primary key,
    digest blob not null,
    secret_id text not null,
    state text not null,
    expires_on text,
    first_used_on text,
    key_id text not null,
    key_name text not null,
    client_id text not null,
    company integer not null,
    rate_per_minute integer,
    rate_burst integer,
    allowlist text
  )`,
  // The last use of a key outlives its secret.
  "create table ended_secrets (place integer primary key, secret_id text not null, key_id text not null)",
  "create index ended_secrets_key on ended_secrets (key_id)",
];

const triggers = [
  `create trigger numbered_companies_added after insert on companies begin
    insert into numbered_companies (id, name, plan) values (new.id, new.name, new.plan);
  end`,
  `create trigger numbered_companies_changed after update on companies begin
    update numbered_companies set id = new.id, name = new.name, plan = new.plan where id = old.id;
  end`,
  `create trigger numbered_companies_removed after delete on companies begin
    delete from numbered_companies where id = old.id;
  end`,
  `create trigger live_secrets_secret_added after insert on key_secrets begin
    ${fillLiveSecrets("s.digest = new.digest")}
  end`,
  `create trigger live_secrets_secret_changing before update on key_secrets begin
    ${removeOld}
  end`,
  `create trigger live_secrets_secret_changed after update on key_secrets begin
    ${fillLiveSecrets("s.digest = new.digest")}
  end`,
  `create trigger live_secrets_secret_ending before delete on key_secrets begin
    ${removeOld}
    insert into ended_secrets select place, id, key_id from placed_secrets where digest = old.digest;
  end`,
  // Locking a key updates it without a change.
  `create trigger live_secrets_key_changed after update on api_keys
  when (old.name, old.client_id, old.company_id, old.status, old.rate_per_minute, old.rate_burst)
    is not (new.name, new.client_id, new.company_id, new.status, new.rate_per_minute, new.rate_burst) begin
    ${refillKey("new.id")}
  end`,
  ...(["insert", "update", "delete"] as const).map(
    (event) => `create trigger live_secrets_allowlist_${event} after ${event} on ip_allowlist begin
      ${refillKey(event === "delete" ? "old.key_id" : "new.key_id")}
    end`,
  ),
];

const moveUses = [
  `insert or replace into uses.last_uses select s.place, round(unixepoch(u.used_on, 'subsec') * 1000), u.ip
   from secret_uses u join placed_secrets s on s.id = u.secret_id`,
  // The digests of ended secrets are gone. Use a number that no digest is likely to have.
  `insert into ended_secrets select row_number() over (), u.secret_id, u.key_id
   from secret_uses u where not exists (select 1 from key_secrets s where s.id = u.secret_id)`,
  `insert or replace into uses.last_uses select e.place, round(unixepoch(u.used_on, 'subsec') * 1000), u.ip
   from ended_secrets e join secret_uses u on u.key_id = e.key_id and u.secret_id = e.secret_id`,
  "drop table secret_uses",
];

/**
 * SQLite only: adds one row per working secret with all data for verify, found by the first 8 bytes of its digest
 * (`docs/decisions/0026-one-row-for-verify.md`). Triggers write it in the same transaction as its source tables. A
 * migration that drops one of these tables also drops its triggers and must create them again. Two working secrets with
 * the same first bytes, which is practically impossible, are refused. Last uses move to a separate file
 * (`sqlite/last-used-file.ts`).
 */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  if (dialect.name !== "sqlite") return;
  for (const statement of [...tables, fillLiveSecrets("true"), ...moveUses, ...triggers]) {
    await sql.raw(statement).execute(db);
  }
}
