import { buildApp } from "../app.ts";
import { buildDependencies } from "../build-dependencies.ts";
import { parseConfig } from "../config/config.ts";
import { loadServerSecrets } from "../config/server-secrets.ts";
import { readOpenapi } from "../http/plugins/openapi.ts";
import { createLogger } from "../logger.ts";
import { openStore } from "../store/open-store.ts";
import type { Terminal } from "./terminal.ts";

/** Returns the OpenAPI document as in `openapi.json`, from the real app with an empty database. */
export async function renderOpenapi(version: string): Promise<string> {
  const config = parseConfig({ DATABASE_URL: "sqlite::memory:", LOG_LEVEL: "silent" });
  const store = await openStore(config.database);
  try {
    const app = await buildApp({
      deps: buildDependencies(config, loadServerSecrets(config), store, () => undefined),
      logger: createLogger("silent", () => undefined),
      version,
      trustedProxies: [],
      corsOrigins: [],
      cronSecret: undefined,
      isDraining: () => false,
    });
    const text = `${JSON.stringify(readOpenapi(app), null, 2)}\n`;
    await app.close();
    return text;
  } finally {
    await store.close();
  }
}

/** Prints the OpenAPI 3.1 document. */
export async function printOpenapi(terminal: Terminal): Promise<void> {
  terminal.print((await renderOpenapi(terminal.version)).trimEnd());
}
