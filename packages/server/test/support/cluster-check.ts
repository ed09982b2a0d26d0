import type { SecretHasher } from "../../src/domain/keys/secret-hash.ts";
import type { ClusterKey, KeyState } from "./cluster-key.ts";
import type { OwnPostgres } from "./own-postgres.ts";

/** A key as it is stored in the database. */
interface StoredKey {
  readonly id: string;
  readonly name: string;
  readonly isActive: boolean;
  /** Digest in hexadecimal, a space, and the state, sorted. */
  readonly secrets: readonly string[];
  readonly cidrs: readonly string[];
  /**
   * Number of events, except the first uses of pending secrets. The checks of the test cause those, not the changes of
   * a client.
   */
  readonly events: number;
  /** Number of first-use events beyond one for each secret. */
  readonly repeatedFirstUses: number;
}

async function readStoredKeys(postgres: OwnPostgres): Promise<Map<string, StoredKey>> {
  const rows = await postgres.query(`
    select id, name, status = 'active' as active,
      array(select encode(digest, 'hex') || ' ' || state from key_secrets where key_id = k.id) as secrets,
      array(select cidr from ip_allowlist where key_id = k.id) as cidrs,
      (select count(*)::int from audit_events where key_id = k.id and action <> 'key.secret_first_used') as events,
      (select count(*)::int - count(distinct details)::int from audit_events
        where key_id = k.id and action = 'key.secret_first_used') as repeated
    from api_keys k`);
  return new Map(
    rows.map(({ id, name, active, secrets, cidrs, events, repeated }) => [
      String(id),
      {
        id: String(id),
        name: String(name),
        isActive: active === true,
        secrets: (secrets as string[]).sort(),
        cidrs: (cidrs as string[]).sort(),
        events: Number(events),
        repeatedFirstUses: Number(repeated),
      },
    ]),
  );
}

function describeDifference(stored: StoredKey, state: KeyState, secretHasher: SecretHasher): string | null {
  const hashAs = (secret: string | null | undefined, as: string): string[] =>
    secret == null ? [] : [`${secretHasher.current.hash(secret).toString("hex")} ${as}`];
  const secrets = [...hashAs(state.current, "current"), ...hashAs(state.pending?.secret, "pending")].sort();
  const cidrs = [...state.cidrs].sort();
  const { name, isActive, events } = state;
  const expected: StoredKey = { id: stored.id, name, isActive, secrets, cidrs, events, repeatedFirstUses: 0 };
  const differences = (Object.keys(expected) as (keyof StoredKey)[]).filter(
    (field) => String(stored[field]) !== String(expected[field]),
  );
  if (differences.length === 0) return null;
  return differences
    .map((field) => `${field} is ${String(stored[field])} and not ${String(expected[field])}`)
    .join("; ");
}

/**
 * Compares the stored data with the confirmed calls. Every confirmed change must be complete, and no refused change may
 * exist. An unsettled change must be complete or missing, and is settled by this check. Returns the problems.
 */
export async function findClusterDamage(
  postgres: OwnPostgres,
  secretHasher: SecretHasher,
  keys: readonly ClusterKey[],
): Promise<string[]> {
  const stored = await readStoredKeys(postgres);
  const problems: string[] = [];
  for (const key of keys) {
    const found = stored.get(key.id);
    stored.delete(key.id);
    const { unsettled } = key;
    key.unsettled = null;
    if (found === undefined) {
      problems.push(`A key is gone${key.describe()}`);
      continue;
    }
    const difference = describeDifference(found, key.state, secretHasher);
    const other = unsettled === null ? null : describeDifference(found, unsettled.after, secretHasher);
    if (difference === null) key.setState(key.state);
    else if (unsettled !== null && other === null) key.setState(unsettled.after);
    else {
      problems.push(
        `${difference}${other === null ? "" : `; or, had the last call taken effect: ${other}`}${key.describe()}`,
      );
    }
  }
  for (const { id, name } of stored.values()) problems.push(`Key ${id} (${name}) was created by nobody`);
  return problems;
}
