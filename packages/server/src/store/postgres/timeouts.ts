/** How long things may take. On the server's side they end what is too slow; on ours they notice a server that is gone. */
interface PostgresTimeouts {
  readonly statementMs: number;
  readonly lockMs: number;
  /** 0: for ever. */
  readonly idleInTransactionMs: number;
  /** Longer than the server's own for a statement: it fires only where no answer comes at all. */
  readonly answerMs: number;
}

/** What a connection is for. */
export type PostgresPace = "serving" | "migrating" | "moving";

/** The timeouts of each kind of connection. */
export const postgresTimeouts: Record<PostgresPace, PostgresTimeouts> = {
  serving: { statementMs: 5_000, lockMs: 3_000, idleInTransactionMs: 4_000, answerMs: 6_000 },
  // Changes whole tables, and waits for other nodes that do.
  migrating: { statementMs: 1_800_000, lockMs: 60_000, idleInTransactionMs: 60_000, answerMs: 1_860_000 },
  // Waits in its transaction for whoever reads the export, or writes what is imported.
  moving: { statementMs: 1_800_000, lockMs: 60_000, idleInTransactionMs: 0, answerMs: 1_860_000 },
};
