import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";
import type { KeyRow } from "./key-rows.ts";

/** A row of a key with its name in the form in which names are compared. */
export interface NamedKeyRow extends KeyRow {
  readonly foldedName: string;
}

/** A character that is in no name, and that comes after all others in the order of both engines. */
const lastCharacter = "\u{10ffff}";

/** Returns the next keys of a status whose names start with a prefix, ordered by name and ID. */
export async function readNamedRows(
  db: Kysely<Tables>,
  {
    companyId,
    status,
    prefix,
    after,
    rowsMax,
  }: {
    readonly companyId: string;
    readonly status: KeyRow["status"];
    readonly prefix: string;
    readonly after?: { readonly name: string; readonly id: string };
    readonly rowsMax: number;
  },
): Promise<NamedKeyRow[]> {
  const name = sql<string>`lower(${sql.ref("name")})`;
  const query = db
    .selectFrom("apiKeys")
    .selectAll()
    .select(name.as("foldedName"))
    .where("companyId", "=", companyId)
    .where("status", "=", status);
  // Two reads instead of a pair, because SQLite narrows an index on an expression by one value only. Many keys can have
  // the same name.
  const same =
    after === undefined
      ? []
      : await query.where(name, "=", after.name).where("id", ">", after.id).orderBy("id").limit(rowsMax).execute();
  if (same.length === rowsMax) return same;
  const next = after === undefined ? query.where(name, ">=", prefix) : query.where(name, ">", after.name);
  const later = await next
    .where(name, "<", `${prefix}${lastCharacter}`)
    .orderBy(name)
    .orderBy("id")
    .limit(rowsMax - same.length)
    .execute();
  return [...same, ...later];
}

/** Compares rows by name and ID, in the order of both engines: by the bytes of UTF-8. */
export function compareNames(one: NamedKeyRow, other: NamedKeyRow): number {
  const byName = Buffer.compare(Buffer.from(one.foldedName), Buffer.from(other.foldedName));
  return byName || Buffer.compare(Buffer.from(one.id), Buffer.from(other.id));
}
