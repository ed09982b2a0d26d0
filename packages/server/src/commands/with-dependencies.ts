import { buildDependencies } from "../build-dependencies.ts";
import { parseConfig } from "../config.ts";
import type { Dependencies } from "../domain/dependencies.ts";
import { requireKnownPeppers } from "../require-known-peppers.ts";
import { loadServerSecrets } from "../server-secrets.ts";
import { openStore } from "../store/open-store.ts";
import type { Terminal } from "./terminal.ts";

/** Runs one piece of administration against the configured database and closes it. Works beside a running server. */
export async function withDependencies<T>(terminal: Terminal, work: (deps: Dependencies) => Promise<T>): Promise<T> {
  const config = parseConfig(terminal.env);
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
