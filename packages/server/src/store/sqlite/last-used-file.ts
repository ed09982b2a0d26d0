import type Database from "better-sqlite3";
import { StoreUnavailableError } from "../store.ts";
import { createPrivateFile, enableWal, openConnection } from "./connection.ts";

/**
 * Returns the path of the last-used file. It is separate, because each commit to a file clears the caches of all its
 * readers (`docs/decisions/0026-one-row-for-verify.md`). Losing it loses nothing else.
 */
export function lastUsedPathOf(databasePath: string): string {
  return databasePath === ":memory:" ? databasePath : `${databasePath}-uses`;
}

/** As narrow as possible. `place` is the location of a current or ended secret in the database. */
const createTable = (schema: string): string =>
  `create table if not exists ${schema}.last_uses (place integer primary key, used_at integer not null, ip text)`;

const usedOn = "strftime('%Y-%m-%dT%H:%M:%fZ', u.used_at / 1000.0, 'unixepoch')";
const usedAt = "round(unixepoch(new.used_on, 'subsec') * 1000)";

/** Views over both files must be temporary, per connection. */
const views = [
  `create temp view secret_uses as
   select s.key_id, s.id as secret_id, ${usedOn} as used_on, u.ip
   from main.placed_secrets s join uses.last_uses u on u.place = s.place
   union all
   select e.key_id, e.secret_id, ${usedOn}, u.ip from main.ended_secrets e join uses.last_uses u on u.place = e.place`,
  // For imports. The digests of ended secrets are unknown.
  `create temp trigger secret_uses_imported instead of insert on secret_uses begin
     insert into ended_secrets select random(), new.secret_id, new.key_id
       where not exists (select 1 from key_secrets where id = new.secret_id);
     insert or replace into last_uses select place, ${usedAt}, new.ip from placed_secrets where id = new.secret_id
       union all select place, ${usedAt}, new.ip from ended_secrets
         where key_id = new.key_id and secret_id = new.secret_id;
   end`,
];

/** Opens the last-used file alone, for writing. */
export function openLastUsedFile(databasePath: string): Database.Database {
  const connection = openConnection(lastUsedPathOf(databasePath));
  connection.exec(createTable("main"));
  return connection;
}

/**
 * Attaches the last-used file to a connection as the schema `uses`.
 * @throws {StoreUnavailableError} with the path if the file is damaged. The operator can decide to work without it.
 */
export function attachLastUsedFile(connection: Database.Database): void {
  const path = lastUsedPathOf(connection.memory ? ":memory:" : connection.name);
  if (!connection.memory) createPrivateFile(path, connection.name);
  try {
    connection.prepare("attach database ? as uses").run(path);
    const mode = enableWal(connection, "uses");
    if (mode !== (connection.memory ? "memory" : "wal"))
      throw new Error(`SQLite did not change journal_mode from ${String(mode)}`);
    const found = connection.pragma("uses.quick_check(1)", { simple: true });
    if (found !== "ok") throw new Error(String(found).replaceAll(/\s+/g, " "));
    connection.exec(createTable("uses"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const way =
      "It contains only the last-used times of keys. If it is damaged, move it away together with its -wal and -shm files";
    throw new StoreUnavailableError(`${path}: ${reason}. ${way}`, { cause: error });
  }
}

/**
 * Creates the view `secret_uses`, as the table in PostgreSQL. The database must have its tables and `uses` attached.
 */
export function createLastUsedView(connection: Database.Database): void {
  for (const statement of views) connection.exec(statement);
}
