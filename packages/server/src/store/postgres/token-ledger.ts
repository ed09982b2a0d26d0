import { randomUUID } from "node:crypto";
import type { TokenLedger } from "../store.ts";
import type { PostgresPool } from "./pool.ts";

const pruneIntervalMs = 600_000;

/** The clock that all nodes share. */
const nowMs = "extract(epoch from clock_timestamp()) * 1000";

/**
 * The buckets of keys that are used a lot, as the time when each will be full. Where the last charge was this node's own,
 * nobody else took anything since, and what it reckoned is exact; else its tokens come on top. The table is not logged: a
 * crash fills the buckets, and costs no commit a flush.
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

/** The ledger of the nodes of one PostgreSQL. */
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
      // Whether it succeeds is of no importance: full buckets only take room.
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
