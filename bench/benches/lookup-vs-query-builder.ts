import Database from "better-sqlite3";
import { Kysely, SqliteDialect, sql } from "kysely";
import { prepareSqliteVerification } from "../../packages/server/src/store/sqlite/verification.ts";
import type { StoredTables } from "../../packages/server/src/store/tables.ts";
import { prepareKeyDatabase } from "../fixtures/key-database.ts";
import type { Bench } from "../harness/bench.ts";
import { type Contestant, runInterleaved } from "../harness/rounds.ts";
import { ratioPerRound } from "../harness/statistics.ts";

const keyCount = 100_000;

/** Looks up every digest once. Returns the CPU time of this process per look-up, in microseconds. */
async function measureLookups(
  digests: readonly Buffer[],
  findName: (digest: Buffer) => Promise<string | undefined>,
): Promise<number> {
  const before = process.cpuUsage();
  for (const digest of digests) {
    if ((await findName(digest)) === undefined) throw new Error("A key was not found.");
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / digests.length;
}

/** Creates the look-up of the server with a query builder, which builds and compiles it for each call. */
function createBuiltLookup(connection: Database.Database): (digest: Buffer) => Promise<string | undefined> {
  const db = new Kysely<StoredTables>({ dialect: new SqliteDialect({ database: connection }) });
  return async (digest) => {
    const row = await db
      .selectFrom("key_secrets as s")
      .innerJoin("api_keys as k", "k.id", "s.key_id")
      .innerJoin("companies as c", "c.id", "k.company_id")
      .select(["s.id as secretId", "s.state", "k.id as keyId", "k.name as keyName", "k.client_id"])
      .select(["c.id as companyId", "c.name as companyName", "c.plan", "k.rate_per_minute", "k.rate_burst"])
      .select((eb) =>
        eb
          .selectFrom("ip_allowlist as i")
          .select(sql<string>`group_concat(i.cidr, char(10))`.as("cidrs"))
          .whereRef("i.key_id", "=", "k.id")
          .as("allowlist"),
      )
      // The server's own statement has this plus sign too. Without it, SQLite plans the join again for each digest.
      .where("s.digest", "=", sql<Buffer>`+${digest}`)
      .where("k.status", "=", "active")
      .executeTakeFirst();
    return row?.keyName;
  };
}

/** Compares the CPU time of the prepared statement of verify with that of the same statement through Kysely. */
export const benchLookupVersusQueryBuilder: Bench = async (options) => {
  const connection = new Database(await prepareKeyDatabase(keyCount, options.say), { readonly: true });
  try {
    connection.pragma("cache_size = -65536");
    connection.pragma("mmap_size = 1073741824");
    const count = options.isQuick ? 2_000 : 10_000;
    const digests = connection
      .prepare<[number], Buffer>("select digest from key_secrets order by random() limit ?")
      .pluck(true)
      .all(count);
    const findPrepared = prepareSqliteVerification(connection);
    const findBuilt = createBuiltLookup(connection);
    const contestants: Contestant<number>[] = [
      {
        name: "key look-up, prepared",
        measure: () => measureLookups(digests, async (digest) => findPrepared(digest)?.keyName),
      },
      { name: "key look-up through a query builder", measure: () => measureLookups(digests, findBuilt) },
    ];
    const counts = { warmUps: 1, rounds: options.isQuick ? 3 : 7 };
    const [prepared = [], built = []] = await runInterleaved(contestants, counts, options.say);
    const [what = "", against = ""] = contestants.map(({ name }) => name);
    return [{ what, against, measure: "CPU per look-up", ratios: ratioPerRound(prepared, built) }];
  } finally {
    connection.close();
  }
};
