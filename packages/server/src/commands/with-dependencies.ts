import { buildDependencies } from "../build-dependencies.ts";
import { requireKnownPeppers } from "../config/server-secrets.ts";
import type { Dependencies } from "../domain/dependencies.ts";
import { openStore } from "../store/open-store.ts";
import { readConfig } from "./read-config.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Runs `work` with the configured database and closes it. It can run next to a running server. Creates a missing
 * database, unless `mustExist` is set.
 */
export async function withDependencies<T>(
  terminal: Terminal,
  work: (deps: Dependencies) => Promise<T>,
  options: { readonly mustExist?: boolean } = {},
): Promise<T> {
  const { config, secrets } = readConfig(terminal, options);
  const store = await openStore(config.database);
  try {
    const deps = buildDependencies(config, secrets, store, (what, error) => terminal.say(`${what}: ${String(error)}`));
    await requireKnownPeppers(store, deps.secretHasher);
    return await work(deps);
  } finally {
    await store.close();
  }
}
