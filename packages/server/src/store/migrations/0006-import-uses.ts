import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

const usedAt = "round(unixepoch(new.used_on, 'subsec') * 1000)";

/** SQLite only: lets an import write into `secret_uses`, which is a view there. The digests of ended secrets are not known. */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  if (dialect.name !== "sqlite") return;
  await sql
    .raw(`create trigger secret_uses_imported instead of insert on secret_uses begin
      insert into ended_secrets select random(), new.secret_id, new.key_id
        where not exists (select 1 from key_secrets where id = new.secret_id);
      insert into last_uses select place, ${usedAt}, new.ip from placed_secrets where id = new.secret_id
        union all select place, ${usedAt}, new.ip from ended_secrets
          where key_id = new.key_id and secret_id = new.secret_id;
    end`)
    .execute(db);
}
