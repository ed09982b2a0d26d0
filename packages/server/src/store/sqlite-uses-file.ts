import type Database from "better-sqlite3";
import { createPrivateFile, openConnection } from "./sqlite-connection.ts";

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
     insert into last_uses select place, ${usedAt}, new.ip from placed_secrets where id = new.secret_id
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

/** Lets a connection to the database reach the file of last uses as the schema `uses`. */
export function attachUses(connection: Database.Database): void {
  const path = connection.memory ? ":memory:" : connection.name;
  if (!connection.memory) createPrivateFile(usesPathOf(path));
  connection.prepare("attach database ? as uses").run(usesPathOf(path));
  connection.pragma("uses.journal_mode = WAL");
  connection.exec(createTable("uses"));
}

/** Shows last uses as `secret_uses`, as PostgreSQL keeps them. Once the database has its tables and `uses` is attached. */
export function showUses(connection: Database.Database): void {
  for (const statement of views) connection.exec(statement);
}
