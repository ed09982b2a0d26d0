import type { SecretHasher } from "../domain/keys/secret-hash.ts";
import type { Store } from "../store/store.ts";
import { ConfigError } from "./config.ts";

/**
 * Throws if a pepper of stored secrets is not configured. Otherwise, the server would refuse their keys and automation
 * tokens without an explanation.
 * @throws {ConfigError}
 */
export async function requireKnownPeppers(
  store: Pick<Store, "secrets">,
  secretHasher: SecretHasher,
  what: "this database" | "the export" = "this database",
): Promise<void> {
  const known = new Set(secretHasher.all.map((pepper) => pepper.version));
  const missing = (await store.secrets.countByPepper(new Date().toISOString())).filter(
    ({ pepperVersion }) => !known.has(pepperVersion),
  );
  if (missing.length === 0) return;
  throw new ConfigError(
    missing.map(
      ({ pepperVersion, secrets }) =>
        `BRIKSYNC_KEY_PEPPER: the pepper ${pepperVersion} is missing. It is required for ${secrets} of the secrets in ${what}. ${what === "the export" ? "Copy the secrets file of the exported database" : "Restore the secrets file next to the database"}, or add that pepper after the current one`,
    ),
  );
}
