import { onTestFinished } from "vitest";
import { buildDependencies } from "../../src/build-dependencies.ts";
import { parseConfig } from "../../src/config.ts";
import type { Dependencies } from "../../src/domain/dependencies.ts";
import { loadServerSecrets } from "../../src/server-secrets.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { OnFinished } from "./on-finished.ts";

/** The rules over a database that server processes share, as the `admin` commands open it. The caller closes the store. */
export async function openDependencies(env: Readonly<Record<string, string>>): Promise<Dependencies> {
  const config = parseConfig(env);
  const store = await openStore(config.database);
  return buildDependencies(config, loadServerSecrets(config), store, () => undefined);
}

/** The same for one test: closed with it. */
export async function useDependencies(
  env: Readonly<Record<string, string>>,
  onFinished: OnFinished = onTestFinished,
): Promise<Dependencies> {
  const deps = await openDependencies(env);
  onFinished(() => deps.store.close());
  return deps;
}
