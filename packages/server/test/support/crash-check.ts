import Database from "better-sqlite3";
import { verifyAuditChain } from "../../src/domain/audit/audit-chain.ts";
import { auditKeyFor } from "../../src/domain/audit/record-audit.ts";
import type { SecretHasher } from "../../src/domain/keys/secret-hash.ts";
import type { Store } from "../../src/store/store.ts";
import type { CrashWorker, KeyModel } from "./crash-model.ts";

/** A key as it is stored in the database, with digests in upper-case hexadecimal. */
export interface StoredKey {
  readonly id: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly digests: readonly string[];
  readonly cidrs: readonly string[];
  readonly events: number;
}

function readKeys(database: Database.Database): Map<string, StoredKey> {
  const rows = database.prepare("select id, name, status from api_keys").all() as {
    id: string;
    name: string;
    status: string;
  }[];
  const digests = database.prepare("select hex(digest) from key_secrets where key_id = ?").pluck();
  const cidrs = database.prepare("select cidr from ip_allowlist where key_id = ? order by cidr").pluck();
  const events = database.prepare("select count(*) from audit_events where key_id = ?").pluck();
  return new Map(
    rows.map(({ id, name, status }) => [
      id,
      {
        id,
        name,
        isActive: status === "active",
        digests: digests.all(id) as string[],
        cidrs: (cidrs.all(id) as string[]).sort(),
        events: Number(events.get(id)),
      },
    ]),
  );
}

/**
 * Describes how a stored key differs from the model. An unknown secret (null) may have any value, but an active key
 * must have one.
 */
function describeDifference(
  stored: StoredKey | undefined,
  model: Omit<KeyModel, "id">,
  secretHasher: SecretHasher,
): string | null {
  if (stored === undefined) return "is not there";
  if (stored.name !== model.name) return `is called ${stored.name}, not ${model.name}`;
  if (stored.isActive !== model.isActive) return stored.isActive ? "is active" : "is revoked";
  if (stored.digests.length !== (model.isActive ? 1 : 0)) return `has ${stored.digests.length} secrets`;
  if (model.clientSecret !== null) {
    const expected = secretHasher.current.hash(model.clientSecret).toString("hex").toUpperCase();
    if (stored.digests[0] !== expected) return "has another secret";
  }
  if (stored.cidrs.join() !== [...model.cidrs].sort().join())
    return `allows ${stored.cidrs.join()}, not ${model.cidrs.join()}`;
  if (stored.events !== model.events) return `has ${stored.events} audit events, not ${model.events}`;
  return null;
}

/** Returns the keys of an SQLite file, and the problems of the file. */
export function inspectSqliteFile(databasePath: string): {
  readonly stored: ReadonlyMap<string, StoredKey>;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const database = new Database(databasePath, { readonly: true });
  const integrity = database.pragma("integrity_check", { simple: true });
  if (integrity !== "ok") problems.push(`integrity_check: ${String(integrity)}`);
  const orphans = database.pragma("foreign_key_check") as unknown[];
  if (orphans.length > 0) problems.push(`foreign_key_check: ${JSON.stringify(orphans)}`);
  const stored = readKeys(database);
  database.close();
  return { stored, problems };
}

/**
 * Checks a database after a crash: the chains are intact, every confirmed call is present, and the call in flight is
 * complete or missing. Updates each worker's model from the stored data. Returns the problems.
 */
export async function findCrashDamage(
  stored: ReadonlyMap<string, StoredKey>,
  store: Store,
  secretHasher: SecretHasher,
  workers: readonly CrashWorker[],
): Promise<string[]> {
  const problems: string[] = [];
  for (const { companyId, ...head } of await store.audit.listHeads()) {
    const keyFor = (version: string): Buffer | null => auditKeyFor({ secretHasher }, version);
    const verified = await verifyAuditChain(store.audit.readChain(companyId), { keyFor, head });
    if (!verified.ok) problems.push(`audit chain: ${verified.message}`);
  }

  const known = new Set<string>();
  for (const worker of workers) {
    const { pending } = worker;
    worker.pending = null;
    for (const model of worker.keys.values()) {
      known.add(model.id);
      const difference = describeDifference(stored.get(model.id), model, secretHasher);
      if (difference === null) continue;
      const isPending = pending?.before?.id === model.id;
      const other = isPending ? describeDifference(stored.get(model.id), pending.after, secretHasher) : difference;
      if (other !== null) {
        problems.push(
          `key ${model.id} ${difference}${isPending ? `, and as after the call in flight it ${other}` : ""}`,
        );
      } else if (pending !== null) worker.keys.set(model.id, { ...pending.after, id: model.id });
    }
    if (pending !== null && pending.before === null) {
      const created = [...stored.values()].find(({ name }) => name === pending.after.name);
      if (created === undefined) continue;
      known.add(created.id);
      const difference = describeDifference(created, pending.after, secretHasher);
      if (difference !== null) problems.push(`key ${created.id}, being created, ${difference}`);
      worker.keys.set(created.id, { ...pending.after, id: created.id });
    }
  }
  for (const id of stored.keys()) if (!known.has(id)) problems.push(`key ${id} was created by nobody`);
  return problems;
}
