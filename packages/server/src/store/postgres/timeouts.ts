/** Timeouts. Those of PostgreSQL end slow work. Those of this process detect an unreachable server. */
interface PostgresTimeouts {
  readonly statementMs: number;
  readonly lockMs: number;
  /** 0 means no limit. */
  readonly idleInTransactionMs: number;
  /** Longer than PostgreSQL's statement timeout, so it applies only if there is no response at all. */
  readonly answerMs: number;
}

/** Purpose of a connection. */
export type PostgresPace = "serving" | "migrating" | "moving";

/** Timeouts by purpose. */
export const postgresTimeouts: Record<PostgresPace, PostgresTimeouts> = {
  serving: { statementMs: 5_000, lockMs: 3_000, idleInTransactionMs: 4_000, answerMs: 6_000 },
  // Changes whole tables, and waits for other nodes that migrate.
  migrating: { statementMs: 1_800_000, lockMs: 60_000, idleInTransactionMs: 60_000, answerMs: 1_860_000 },
  // Waits in its transaction for the reader of the export, or for the import.
  moving: { statementMs: 1_800_000, lockMs: 60_000, idleInTransactionMs: 0, answerMs: 1_860_000 },
};
