import { afterAll, beforeAll, onTestFinished } from "vitest";
import type { Dependencies } from "../../src/domain/dependencies.ts";
import { openDependencies } from "./open-dependencies.ts";
import { createSignedIn, type SignedIn } from "./people.ts";
import { type ServerProcess, spawnServer } from "./spawn-server.ts";
import { startTestServer, type TestServer } from "./start-server.ts";
import { createTemporaryDirectory } from "./temporary-directory.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

/** Registers a cleanup for the end of a test. Concurrent tests pass the function of their own context. */
export type OnFinished = (cleanUp: () => void | Promise<void>) => void;

/** Creates an empty directory that is removed after the current test. */
export function useTemporaryDirectory(onFinished: OnFinished = onTestFinished): string {
  const directory = createTemporaryDirectory();
  onFinished(() => directory.remove());
  return directory.path;
}

/** Creates an empty database of the engine under test, for one test. */
export async function useTestDatabase(
  onFinished: OnFinished = onTestFinished,
  options: { readonly bare?: boolean } = {},
): Promise<TestDatabase> {
  const database = await createTestDatabase(options);
  onFinished(() => database.remove());
  return database;
}

/** Opens the dependencies of a server on a database, for one test. */
export async function useDependencies(
  env: Readonly<Record<string, string>>,
  onFinished: OnFinished = onTestFinished,
): Promise<Dependencies> {
  const deps = await openDependencies(env);
  onFinished(() => deps.store.close());
  return deps;
}

/** Starts a `serve` process for one test. It is killed after the test if it still runs. */
export async function useServerProcess(
  env: Readonly<Record<string, string>>,
  options: Parameters<typeof spawnServer>[1] = {},
  onFinished: OnFinished = onTestFinished,
): Promise<ServerProcess> {
  const server = await spawnServer(env, options);
  onFinished(async () => {
    await server.stop("SIGKILL");
  });
  return server;
}

/** Starts a server in this process for one test. */
export async function useTestServer(
  environment: Record<string, string> = {},
  adapt?: (deps: Dependencies) => Dependencies,
): Promise<TestServer> {
  const server = await startTestServer(environment, adapt);
  onTestFinished(() => server.stop());
  return server;
}

/** Starts one server in this process for all tests of a file or a `describe`. */
export function useServer(environment: Record<string, string> = {}): TestServer {
  const server = {} as TestServer;
  let started: TestServer | undefined;
  beforeAll(async () => {
    started = await startTestServer(environment);
    Object.assign(server, started);
  });
  afterAll(() => started?.stop());
  return server;
}

/** Creates one admin, who is signed in, for all tests of a file or a `describe`. */
export function useAdmin(server: TestServer, options?: Parameters<typeof createSignedIn>[1]): SignedIn {
  const admin = {} as SignedIn;
  beforeAll(async () => void Object.assign(admin, await createSignedIn(server, options)));
  return admin;
}
