import type { SecretUse } from "../records.ts";
import { ConnectionLostError } from "./errors.ts";
import { ask, type PostgresPool } from "./pool.ts";

/**
 * Returns a function that writes a batch of last uses with one statement, without waiting for the disk. A crash may
 * lose the last seconds. Batches of several nodes arrive out of order, so the newest use is kept unless it is later
 * than `latest`. Rows are locked in a fixed order, so that two nodes do not deadlock.
 */
export function createLastUsedWriter(
  pool: PostgresPool,
): (uses: readonly SecretUse[], latest: string) => Promise<void> {
  const text = `
    insert into secret_uses (key_id, secret_id, used_on, ip)
    select key_id, secret_id, used_on, ip
    from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as use (key_id, secret_id, used_on, ip)
    order by key_id, secret_id
    on conflict (key_id, secret_id) do update set used_on = excluded.used_on, ip = excluded.ip
    where excluded.used_on > secret_uses.used_on or secret_uses.used_on > $5`;
  return async (uses, latest) => {
    const client = await pool.take();
    let isBroken = false;
    try {
      await ask(client, { text: "begin; set local synchronous_commit = off" });
      await ask(client, {
        text,
        values: [
          uses.map((use) => use.keyId),
          uses.map((use) => use.secretId),
          uses.map((use) => use.usedOn),
          uses.map((use) => use.ip),
          latest,
        ],
      });
      await ask(client, { text: "commit" });
    } catch (error) {
      isBroken = error instanceof ConnectionLostError;
      if (!isBroken)
        await ask(client, { text: "rollback" }).catch(() => {
          isBroken = true;
        });
      throw error;
    } finally {
      client.release(isBroken);
    }
  };
}
