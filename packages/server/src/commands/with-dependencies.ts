import { buildDependencies } from "../build-dependencies.ts";
import { parseConfig } from "../config/config.ts";
import { requireKnownPeppers } from "../config/require-known-peppers.ts";
import { loadServerSecrets } from "../config/server-secrets.ts";
import type { Dependencies } from "../domain/dependencies.ts";
import { openStore } from "../store/open-store.ts";
import { requireDatabase } from "./require-database.ts";
import type { Terminal } from "./terminal.ts";
import { warnOfOpenFiles } from "./warn-of-open-files.ts";

/**
 * Runs `work` with the configured database and closes it. It can run next to a running server. Creates a missing
 * database, unless `mustExist` is set.
 */
export async function withDependencies<T>(
  terminal: Terminal,
  work: (deps: Dependencies) => Promise<T>,
  { mustExist = false } = {},
): Promise<T> {
  const config = parseConfig(terminal.env);
  warnOfOpenFiles(terminal, config.database);
  if (mustExist) requireDatabase(config.database);
  const secrets = loadServerSecrets(config);
  const store = await openStore(config.database);
  try {
    const deps = buildDependencies(config, secrets, store, (what, error) => terminal.say(`${what}: ${String(error)}`));
    await requireKnownPeppers(store, deps.secretHasher);
    return await work(deps);
  } finally {
    await store.close();
  }
}
