import { setTimeout } from "node:timers/promises";
import type Database from "better-sqlite3";
import type { SecretUse } from "./records.ts";
import { isLockHeld, toStoreError } from "./sqlite-errors.ts";

const lockWaitMs = 3_000;
const lockRetryMs = 16;

/**
 * Writes last uses over a connection of their own: prepared, in the order given (the recorder sorts them as the table is), and without a flush of the disk per
 * batch (`synchronous=NORMAL`), since a crash may lose the last seconds of them. It was half of verify's cost when
 * written like everything else (`bench/README.md`).
 */
export function prepareSqliteUses(connection: Database.Database): (uses: readonly SecretUse[]) => Promise<void> {
  connection.pragma("synchronous = NORMAL");
  // Waiting inside SQLite would stop the very transaction of this process that it waits for.
  connection.pragma("busy_timeout = 0");
  const upsert = connection.prepare<[string, string, string, string | null]>(
    `insert into secret_uses (key_id, secret_id, used_on, ip) values (?, ?, ?, ?)
     on conflict (key_id, secret_id) do update set used_on = excluded.used_on, ip = excluded.ip
     where excluded.used_on > secret_uses.used_on`,
  );
  const writeAll = connection.transaction((uses: readonly SecretUse[]) => {
    for (const use of uses) upsert.run(use.keyId, use.secretId, use.usedOn, use.ip);
  });
  return async (uses) => {
    const deadlineMs = performance.now() + lockWaitMs;
    for (;;) {
      try {
        writeAll.immediate(uses);
        return;
      } catch (error) {
        if (!isLockHeld(error) || performance.now() > deadlineMs) throw toStoreError(error);
      }
      await setTimeout(lockRetryMs);
    }
  };
}
