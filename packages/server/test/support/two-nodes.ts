import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { Dependencies } from "../../src/domain/dependencies.ts";
import { createHttpClient, type HttpClient } from "./http-client.ts";
import { openDependencies } from "./open-dependencies.ts";
import { type ServerProcess, spawnServer } from "./spawn-server.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

/** Two server processes on one database, and the dependencies on the same database in this process. */
export interface TwoNodes {
  readonly database: TestDatabase;
  readonly env: Record<string, string>;
  readonly deps: Dependencies;
  readonly clients: [HttpClient, HttpClient];
}

/** Starts two nodes for all tests of a `describe`, with these settings. */
export function useTwoNodes(settings: Readonly<Record<string, string>> = {}): TwoNodes {
  const nodes = {} as TwoNodes;
  let servers: ServerProcess[] = [];
  beforeAll(async () => {
    const database = await createTestDatabase();
    const env = { ...database.env, ...settings, LOG_LEVEL: "error" };
    servers = await Promise.all([spawnServer(env), spawnServer(env)]);
    const clients = servers.map(({ url }) => createHttpClient(url));
    Object.assign(nodes, { database, env, clients, deps: await openDependencies(env) });
  });
  beforeEach(() => {
    expect(servers.map(({ child }) => child.exitCode)).toEqual([null, null]);
  });
  afterAll(async () => {
    for (const client of nodes.clients ?? []) client.close();
    await Promise.all(servers.map((server) => server.stop()));
    await nodes.deps?.store.close();
    await nodes.database?.remove();
  });
  return nodes;
}
