import type { StoredKey } from "./crash-check.ts";
import type { CrashWorker } from "./crash-model.ts";
import type { HttpClient } from "./http-client.ts";
import type { OwnPostgres } from "./own-postgres.ts";

/** Returns the keys of the database that `query` reads. */
export async function readStoredKeys(query: OwnPostgres["query"]): Promise<ReadonlyMap<string, StoredKey>> {
  const rows = await query(`
    select id, name, status = 'active' as active,
      array(select upper(encode(digest, 'hex')) from key_secrets where key_id = k.id) as digests,
      array(select cidr from ip_allowlist where key_id = k.id) as cidrs,
      (select count(*)::int from audit_events where key_id = k.id) as events
    from api_keys k`);
  return new Map(
    rows.map(({ id, name, active, digests, cidrs, events }) => [
      String(id),
      {
        id: String(id),
        name: String(name),
        isActive: active === true,
        digests: digests as string[],
        cidrs: (cidrs as string[]).sort(),
        events: Number(events),
      },
    ]),
  );
}

/** Makes calls until one fails. After a 503, nothing is pending, because a refused call has no effect. */
export async function workUntilCrash(worker: CrashWorker, client: HttpClient, token: string): Promise<string> {
  try {
    await worker.run(client, token);
    return "connection lost";
  } catch (error) {
    const text = String(error);
    const status = /answered (\d+)/.exec(text)?.[1];
    if (status === "503") worker.pending = null;
    else if (status !== "500") throw error;
    return status;
  }
}
