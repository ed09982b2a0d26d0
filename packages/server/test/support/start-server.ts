import type { AddressInfo } from "node:net";
import { buildApp } from "../../src/app.ts";
import { buildDependencies } from "../../src/build-dependencies.ts";
import { parseConfig } from "../../src/config/config.ts";
import { loadServerSecrets } from "../../src/config/server-secrets.ts";
import type { Dependencies } from "../../src/domain/dependencies.ts";
import type { App } from "../../src/http/fastify.ts";
import { createLogger } from "../../src/logger.ts";
import { openStore } from "../../src/store/open-store.ts";
import { requireDeclaredError } from "./declared-errors.ts";
import { createHttpClient, type HttpClient } from "./http-client.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

/** A clock that runs with the real one. Tests can advance it, or set it as an operator or NTP does. */
interface TestClock {
  now(): Date;
  /** Returns milliseconds of a clock that cannot be set. */
  monotonicMs(): number;
  /** Sets the clock this many milliseconds ahead of its unset value, or behind it if negative. No time passes. */
  set(aheadMs: number): void;
  /** Lets time pass. */
  advance(milliseconds: number): void;
}

/** A reported error, and the action that failed. */
interface Failure {
  readonly what: string;
  readonly error: unknown;
}

/** The whole server in this process, on a real socket and a real database of the engine under test. */
export interface TestServer extends HttpClient {
  readonly url: string;
  readonly database: TestDatabase;
  readonly env: Readonly<Record<string, string>>;
  readonly deps: Dependencies;
  readonly app: App;
  readonly clock: TestClock;
  /** Errors that were reported to the operator because no caller receives them. */
  readonly failures: readonly Failure[];
  /** Stops the server and keeps the database. */
  disconnect(): Promise<void>;
  stop(): Promise<void>;
}

function createClock(): TestClock {
  let passedMs = 0;
  let aheadMs = 0;
  return {
    now: () => new Date(Date.now() + passedMs + aheadMs),
    monotonicMs: () => performance.now() + passedMs,
    set: (milliseconds) => {
      aheadMs = milliseconds;
    },
    advance: (milliseconds) => {
      passedMs += milliseconds;
    },
  };
}

/** Starts a server with these environment variables. The caller stops it. */
export async function startTestServer(
  environment: Record<string, string> = {},
  adapt: (deps: Dependencies) => Dependencies = (deps) => deps,
): Promise<TestServer> {
  const database = await createTestDatabase();
  const env = { ...database.env, LOG_LEVEL: "silent", PORT: "0", ...environment };
  const config = parseConfig(env);
  const secrets = loadServerSecrets(config);
  const store = await openStore(config.database);
  const clock = createClock();
  const failures: Failure[] = [];
  const reportFailure = (what: string, error: unknown): void => void failures.push({ what, error });
  const deps = adapt(buildDependencies(config, secrets, store, reportFailure, clock.now, clock.monotonicMs));
  const app = await buildApp({
    deps,
    logger: createLogger(config.logLevel, (line) => void process.stdout.write(`${line}\n`)),
    version: "0.0.0",
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    cronSecret: config.cronSecret,
    isDraining: () => false,
  });
  await app.listen({ host: config.host, port: 0 });
  const { address, family, port } = app.server.address() as AddressInfo;
  const url = `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
  const client = createHttpClient(url);
  const disconnect = async (): Promise<void> => {
    client.close();
    await app.close();
    await deps.usage.flush();
    await store.close();
  };
  return {
    url,
    database,
    env,
    deps,
    app,
    clock,
    failures,
    call: async (method, path, call) => {
      const response = await client.call(method, path, call);
      requireDeclaredError(method, path, response);
      return response;
    },
    close: client.close,
    disconnect,
    stop: async () => {
      await disconnect();
      await database.remove();
    },
  };
}
