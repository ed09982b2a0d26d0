import {
  type DeleteQueryBuilder,
  type DeleteResult,
  type ExpressionBuilder,
  type Insertable,
  type InsertQueryBuilder,
  InsertResult,
  type Kysely,
  type Selectable,
  type SelectQueryBuilder,
  sql,
  type Updateable,
  type UpdateQueryBuilder,
  UpdateResult,
} from "kysely";
import type { Tables } from "../tables.ts";

type Change = InsertResult | UpdateResult | DeleteResult;
type ColumnOf<Table extends keyof Tables> = keyof Tables[Table] & string;

/** Executes a statement whose result does not matter. */
export async function execute(statement: { execute(): Promise<unknown> }): Promise<void> {
  await statement.execute();
}

/** Returns the first row of a query, or null. */
export async function findFirst<Row>(query: { executeTakeFirst(): Promise<Row | undefined> }): Promise<Row | null> {
  return (await query.executeTakeFirst()) ?? null;
}

/** Returns the record of the first row of a query, or null. */
export async function findRecord<Row, Result>(
  query: { executeTakeFirst(): Promise<Row | undefined> },
  toRecord: (row: Row) => Result,
): Promise<Result | null> {
  const row = await query.executeTakeFirst();
  return row === undefined ? null : toRecord(row);
}

/** Returns whether a query has a row. */
export async function isFound(query: { executeTakeFirst(): Promise<object | undefined> }): Promise<boolean> {
  return (await query.executeTakeFirst()) !== undefined;
}

/** Executes a statement. Returns how many rows it inserted, updated or deleted. */
export async function countChanges(statement: { executeTakeFirstOrThrow(): Promise<Change> }): Promise<number> {
  const result = await statement.executeTakeFirstOrThrow();
  if (result instanceof InsertResult) return Number(result.numInsertedOrUpdatedRows);
  return Number(result instanceof UpdateResult ? result.numUpdatedRows : result.numDeletedRows);
}

/** Executes a statement for one row. Returns false if there was no such row. */
export async function changesRow(statement: { executeTakeFirstOrThrow(): Promise<Change> }): Promise<boolean> {
  return (await countChanges(statement)) === 1;
}

/** One table that stands for any table. The compiler cannot resolve a table that is a type parameter. */
interface OneTable {
  readonly any: Readonly<Record<string, unknown>>;
}

/** Values of columns that a row must have. Null means that the column is null. */
type Match<Table extends keyof Tables> = Partial<Selectable<Tables[Table]>>;

/**
 * Returns the condition of rows with these values. Throws for a missing value, because Kysely would leave out its part of
 * the condition, and the statement would apply to more rows.
 */
function matching(match: object) {
  const values = Object.values(match);
  if (values.length === 0 || values.includes(undefined)) throw new Error("The condition of a statement lacks a value");
  return (eb: ExpressionBuilder<OneTable, "any">) => eb.and({ ...match });
}

/** Returns a query of the rows with these values. */
export function select<Table extends keyof Tables>(
  db: Kysely<Tables>,
  table: Table,
  match: Match<Table>,
): SelectQueryBuilder<Tables, Table, Selectable<Tables[Table]>> {
  return (db as unknown as Kysely<OneTable>)
    .selectFrom(table as "any")
    .selectAll()
    .where(matching(match)) as never;
}

/** Returns a statement that inserts a row, unless it conflicts with a unique constraint. */
export function insertOnce<Table extends keyof Tables>(
  db: Kysely<Tables>,
  table: Table,
  values: Insertable<Tables[Table]>,
): InsertQueryBuilder<Tables, Table, InsertResult> {
  return db
    .insertInto(table)
    .values(values)
    .onConflict((oc) => oc.doNothing());
}

/** Inserts a row with a key, or sets new values in the row that has this key. */
export async function put<Table extends keyof Tables>(
  db: Kysely<Tables>,
  table: Table,
  key: Match<Table>,
  values: Updateable<Tables[Table]>,
): Promise<void> {
  await (db as unknown as Kysely<OneTable>)
    .insertInto(table as "any")
    .values({ ...key, ...values })
    .onConflict((oc) => oc.columns(Object.keys(key)).doUpdateSet(values))
    .execute();
}

/** Returns a statement that changes the rows with these values. */
export function update<Table extends keyof Tables>(
  db: Kysely<Tables>,
  table: Table,
  match: Match<Table>,
  values: Updateable<Tables[Table]>,
): UpdateQueryBuilder<Tables, Table, Table, UpdateResult> {
  const statement = (db as unknown as Kysely<OneTable>).updateTable(table as "any").set(values);
  return statement.where(matching(match)) as never;
}

/** Returns a statement that deletes the rows with these values. */
export function remove<Table extends keyof Tables>(
  db: Kysely<Tables>,
  table: Table,
  match: Match<Table>,
): DeleteQueryBuilder<Tables, Table, DeleteResult> {
  return (db as unknown as Kysely<OneTable>).deleteFrom(table as "any").where(matching(match)) as never;
}

/** Returns a function that returns the rows with a key, in their order. */
export function groupRows<Row>(rows: readonly Row[], keyOf: (row: Row) => string): (key: string) => readonly Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row)) ?? [];
    groups.set(keyOf(row), group);
    group.push(row);
  }
  return (key) => groups.get(key) ?? [];
}

/**
 * Locks the row with an ID for the rest of the transaction by writing the current value of a column. A plain read locks
 * nothing. Returns false if there is no such row.
 */
export async function lockRow<Table extends keyof Tables>(
  db: Kysely<Tables>,
  table: Table,
  column: ColumnOf<Table>,
  id: string,
): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.ref(column)} where id = ${id}`.execute(db);
  return numAffectedRows === 1n;
}

/** Deletes rows that match a condition, in limited numbers. `key` is the primary key. Returns how many, at most `limit`. */
export async function deleteSome<Table extends keyof Tables>(
  db: Kysely<Tables>,
  from: Table,
  key: ColumnOf<Table>,
  [column, operator, value]: readonly [ColumnOf<Table>, "<" | "<=" | "=", string],
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from ${sql.table(from)} where ${sql.ref(key)} in (
      select ${sql.ref(key)} from ${sql.table(from)} where ${sql.ref(column)} ${sql.raw(operator)} ${value} limit ${limit}
    )`.execute(db);
  return Number(numAffectedRows);
}
