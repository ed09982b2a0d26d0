import { CompiledQuery, type Kysely, type KyselyPlugin } from "kysely";
import { expect } from "vitest";
import type { Dialect } from "../../src/store/dialects.ts";
import type { Tables } from "../../src/store/tables.ts";

interface PlanNode {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Runs work with a database handle that records its queries. Returns the queries. */
export async function watchQueries(
  db: Kysely<Tables>,
  work: (watched: Kysely<Tables>) => Promise<unknown>,
): Promise<CompiledQuery[]> {
  const queries: CompiledQuery[] = [];
  const plugin: KyselyPlugin = {
    transformQuery: ({ node, queryId }) => {
      queries.push(db.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await work(db.withPlugin(plugin));
  expect(queries.length).toBeGreaterThan(0);
  return queries;
}

/** Runs work as {@link watchQueries} does, and returns its first query. */
export async function watchQuery(...args: Parameters<typeof watchQueries>): Promise<CompiledQuery> {
  const [query] = await watchQueries(...args);
  if (query === undefined) throw new Error("The work made no query.");
  return query;
}

/**
 * Returns how many rows of tables and indexes a query reads on PostgreSQL. Returns null on SQLite, which does not
 * report it.
 */
export async function countRowsRead(
  db: Kysely<Tables>,
  engine: Dialect["name"],
  query: CompiledQuery,
): Promise<number | null> {
  if (engine !== "postgres") return null;
  const explain = CompiledQuery.raw(`explain (analyze, timing off, format json) ${query.sql}`, [...query.parameters]);
  const { rows } = await db.executeQuery<{ "QUERY PLAN": [{ Plan: PlanNode }] }>(explain);
  const visit = (node: PlanNode): number => {
    const own =
      /Scan/.test(node["Node Type"]) && node["Node Type"] !== "Subquery Scan"
        ? (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"]
        : 0;
    return (node.Plans ?? []).reduce((sum, child) => sum + visit(child), own);
  };
  return visit(rows[0]?.["QUERY PLAN"][0].Plan as PlanNode);
}

/** Returns the lines of SQLite's plan for a query: each index, and the columns that narrow it. */
export async function readSqlitePlan(db: Kysely<Tables>, query: CompiledQuery): Promise<string[]> {
  const explain = CompiledQuery.raw(`explain query plan ${query.sql}`, [...query.parameters]);
  const { rows } = await db.executeQuery<{ detail: string }>(explain);
  return rows.map(({ detail }) => detail);
}
