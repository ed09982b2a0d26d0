/** Differences between the engines. */
export interface Dialect {
  readonly name: "sqlite" | "postgres";
  readonly bytesType: string;
  /** Suffix of tables that are read by primary key only. */
  readonly clusteredSuffix: string;
  /** Starts a read-only transaction on a snapshot. It blocks no readers or writers. */
  readonly beginSnapshot: string;
  /** Whether several nodes share the database and the token buckets of keys. */
  readonly sharesTokens: boolean;
}

/** Differences by engine. A new difference must be defined for every engine to compile. */
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
