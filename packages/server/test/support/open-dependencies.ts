import { buildDependencies } from "../../src/build-dependencies.ts";
import { parseConfig } from "../../src/config/config.ts";
import { loadServerSecrets } from "../../src/config/server-secrets.ts";
import type { Dependencies } from "../../src/domain/dependencies.ts";
import { openStore } from "../../src/store/open-store.ts";

/**
 * Opens the dependencies on a database that server processes share, as the `admin` commands do. The caller closes the
 * store.
 */
export async function openDependencies(env: Readonly<Record<string, string>>): Promise<Dependencies> {
  const config = parseConfig(env);
  const secrets = loadServerSecrets(config);
  const store = await openStore(config.database);
  return buildDependencies(config, secrets, store, () => undefined);
}
