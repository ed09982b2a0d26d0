import type Database from "better-sqlite3";
import { StoreUnavailableError } from "../store.ts";
import { createPrivateFile, openConnection } from "./connection.ts";

/**
 * Last uses lie in a file of their own beside the database: they are written all the time, and after each commit to a file every
 * reader of it starts with an empty cache (`docs/decisions/0026-one-row-for-verify.md`). Losing it loses nothing else.
 */
export function usesPathOf(databasePath: string): string {
  return databasePath === ":memory:" ? databasePath : `${databasePath}-uses`;
}

/** As narrow as can be. `place` is that of a secret, or of an ended one, in the database. */
const createTable = (schema: string): string =>
  `create table if not exists ${schema}.last_uses (place integer primary key, used_at integer not null, ip text)`;

const usedOn = "strftime('%Y-%m-%dT%H:%M:%fZ', u.used_at / 1000.0, 'unixepoch')";
const usedAt = "round(unixepoch(new.used_on, 'subsec') * 1000)";

/** What looks over both files can only be temporary, each connection's own. */
const views = [
  `create temp view secret_uses as
   select s.key_id, s.id as secret_id, ${usedOn} as used_on, u.ip
   from main.placed_secrets s join uses.last_uses u on u.place = s.place
   union all
   select e.key_id, e.secret_id, ${usedOn}, u.ip from main.ended_secrets e join uses.last_uses u on u.place = e.place`,
  // For an import. The digests of ended secrets are not known.
  `create temp trigger secret_uses_imported instead of insert on secret_uses begin
     insert into ended_secrets select random(), new.secret_id, new.key_id
       where not exists (select 1 from key_secrets where id = new.secret_id);
     insert or replace into last_uses select place, ${usedAt}, new.ip from placed_secrets where id = new.secret_id
       union all select place, ${usedAt}, new.ip from ended_secrets
         where key_id = new.key_id and secret_id = new.secret_id;
   end`,
];

/** Opens the file of last uses by itself, to write them. */
export function openUsesFile(databasePath: string): Database.Database {
  const connection = openConnection(usesPathOf(databasePath));
  connection.exec(createTable("main"));
  return connection;
}

/**
 * Lets a connection to the database reach the file of last uses as the schema `uses`.
 * @throws {StoreUnavailableError} that names the file when it is damaged: it can be done without, which is for the operator to say.
 */
export function attachLastUsedFile(connection: Database.Database): void {
  const path = usesPathOf(connection.memory ? ":memory:" : connection.name);
  if (!connection.memory) createPrivateFile(path, connection.name);
  try {
    connection.prepare("attach database ? as uses").run(path);
    const mode = connection.pragma("uses.journal_mode = WAL", { simple: true });
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

/** Shows last uses as `secret_uses`, as PostgreSQL keeps them. Once the database has its tables and `uses` is attached. */
export function createLastUsedView(connection: Database.Database): void {
  for (const statement of views) connection.exec(statement);
}
