import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { buildApp } from "../../app.ts";
import { buildDependencies } from "../../build-dependencies.ts";
import type { Config } from "../../config/config.ts";
import { loadServerSecrets, requireKnownPeppers } from "../../config/server-secrets.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { removeExpired } from "../../domain/jobs/remove-expired.ts";
import { trackConnections } from "../../http/connections.ts";
import type { App } from "../../http/fastify.ts";
import { openStore } from "../../store/open-store.ts";

const firstRunMs = 5_000;
const intervalMs = 60_000;

/** Runs retention periodically until stopped. `stop` waits for the current run. */
function scheduleRetention(deps: Dependencies): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const run = (): void => {
    running = deps.retention
      .run(() => removeExpired(deps), deps.now)
      .catch((error: unknown) => deps.reportFailure("cannot remove expired rows", error));
  };
  // Use a random delay, so that nodes that started together do not run at the same time.
  const first = setTimeout(run, firstRunMs * (0.5 + Math.random()));
  const repeated = setInterval(run, intervalMs);
  return {
    stop: async () => {
      clearTimeout(first);
      clearInterval(repeated);
      await running;
    },
  };
}

/** A running server. */
export interface RunningServer {
  readonly url: string;
  readonly app: App;
  /**
   * Stops accepting connections, waits for running requests until the deadline, writes pending data and closes the
   * database. Returns false if the deadline passed.
   */
  drain(deadlineMs: number): Promise<boolean>;
}

/** Opens the database, builds the app and starts to listen. */
export async function startServer(config: Config, version: string, logger: Logger): Promise<RunningServer> {
  const secrets = loadServerSecrets(config);
  const reportFailure = (what: string, error: unknown): void => logger.error({ err: error }, what);
  const store = await openStore(config.database, {
    note: (what, details) => logger.info(details, what),
    warn: (what) => logger.warn(what),
    failure: reportFailure,
  });
  try {
    const deps = buildDependencies(config, secrets, store, reportFailure);
    await requireKnownPeppers(store, deps.secretHasher);
    let isDraining = false;
    const app = await buildApp({
      deps,
      logger,
      version,
      trustedProxies: config.trustedProxies,
      corsOrigins: config.corsOrigins,
      cronSecret: config.cronSecret,
      isDraining: () => isDraining,
    });
    const connections = trackConnections(app);
    await app.listen({
      // For "localhost", Fastify can open a second server on ::1, which would not be drained. One address is enough.
      host: config.host === "localhost" ? "127.0.0.1" : config.host,
      port: config.port,
      listenTextResolver: () => "accepting connections",
    });
    const retention = scheduleRetention(deps);
    const { address, family, port } = app.server.address() as AddressInfo;
    const url = `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
    return {
      url,
      app,
      drain: async (deadlineMs) => {
        isDraining = true;
        const isComplete = await connections.drain(deadlineMs);
        await retention.stop();
        await deps.usage.close();
        await deps.failedSignIns.close();
        await store.close();
        return isComplete;
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
