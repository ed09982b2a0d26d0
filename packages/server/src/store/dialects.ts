/** What the engines spell differently in the schema. */
export interface Dialect {
  readonly name: "sqlite" | "postgres";
  readonly bytesType: string;
  /** Appended to tables that are read by primary key only. */
  readonly clusteredSuffix: string;
}

/** Differences per engine; a new difference does not compile until every engine has it. */
export const dialects: Record<Dialect["name"], Dialect> = {
  sqlite: { name: "sqlite", bytesType: "blob", clusteredSuffix: "without rowid" },
  postgres: { name: "postgres", bytesType: "bytea", clusteredSuffix: "" },
};
