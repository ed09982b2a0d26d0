/** What the engines spell differently in the schema. */
export interface Dialect {
  readonly name: "sqlite" | "postgres";
  readonly bytesType: string;
  /** Appended to tables that are read by primary key only. */
  readonly clusteredSuffix: string;
  /** Begins a transaction that sees everything as it was at one moment, and keeps nobody from reading or changing. */
  readonly beginSnapshot: string;
  /** Whether several nodes use one database, and share the token buckets of keys. */
  readonly sharesTokens: boolean;
}

/** Differences per engine; a new difference does not compile until every engine has it. */
export const dialects: Record<Dialect["name"], Dialect> = {
  sqlite: {
    name: "sqlite",
    bytesType: "blob",
    clusteredSuffix: "without rowid",
    beginSnapshot: "begin",
    sharesTokens: false,
  },
  postgres: {
    name: "postgres",
    bytesType: "bytea",
    clusteredSuffix: "",
    beginSnapshot: "begin isolation level repeatable read, read only",
    sharesTokens: true,
  },
};
