import { randomUUID } from "node:crypto";
import type { TokenLedger } from "../store.ts";
import type { PostgresPool } from "./pool.ts";

const pruneIntervalMs = 600_000;

/** The clock of the database, which all nodes share. */
const nowMs = "extract(epoch from clock_timestamp()) * 1000";

/**
 * Stores the buckets of much-used keys as the time when each is full. If the last charge came from the same node, no
 * other node took tokens since, and its count is exact. Otherwise its tokens are added. The table is unlogged: a crash
 * fills all buckets, and no commit needs a flush.
 */
const chargeText = `
  insert into token_debts as debt (key_id, full_at_ms, charged_by)
  values ($1, ${nowMs} + $3::float8, $4)
  on conflict (key_id) do update set
    full_at_ms = case
      when debt.charged_by = excluded.charged_by then excluded.full_at_ms
      else greatest(debt.full_at_ms, ${nowMs}) + $2::float8
    end,
    charged_by = excluded.charged_by
  returning greatest(0, full_at_ms - ${nowMs}) as debt_ms`;

/** Returns the token ledger of the nodes of one database. */
export function createPostgresTokenLedger(pool: PostgresPool): TokenLedger {
  const node = randomUUID();
  let prunedAtMs = performance.now();
  const prune = async (): Promise<void> => {
    prunedAtMs = performance.now();
    await pool.ask({ text: `delete from token_debts where full_at_ms < ${nowMs} - 60000` });
  };
  return {
    forget: async (keyId) => {
      await pool.ask({ text: "delete from token_debts where key_id = $1", values: [keyId] });
    },
    charge: async ({ keyId, takenMs, debtMs }) => {
      // Failures do not matter, because full buckets only use space.
      if (performance.now() - prunedAtMs > pruneIntervalMs) prune().catch(() => undefined);
      const { rows } = await pool.ask({
        name: "charge_tokens",
        text: chargeText,
        values: [keyId, takenMs, debtMs, node],
      });
      return Number(rows[0].debt_ms);
    },
  };
}
