import { fileURLToPath } from "node:url";
import { startProgram } from "./child-process.ts";
import type { EdgeProxy, Upstreams } from "./edge-proxy.ts";
import { createHttpClient, type HttpClient } from "./http-client.ts";
import { openDependencies } from "./open-dependencies.ts";
import { createPerson, type SignedIn, signInPerson } from "./people.ts";
import { type ServerProcess, spawnServer } from "./spawn-server.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

const echoApiPath = fileURLToPath(new URL("./echo-api.ts", import.meta.url));

/** briksync, an API, and a proxy between them and the clients. Together with the test, these are four processes. */
export interface ProtectedApi {
  readonly proxy: EdgeProxy;
  readonly database: TestDatabase;
  readonly admin: SignedIn;
  /** Client of briksync without the proxy. */
  readonly direct: HttpClient;
  /** Returns how many requests have reached the API. */
  countRequests(): Promise<number>;
  stopBriksync(): Promise<void>;
  startBriksync(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts all of it. TRUSTED_PROXIES of briksync contains 127.0.0.1, where the proxy runs, as in the recipes. */
export async function startProtectedApi(
  startProxy: (upstreams: Upstreams) => Promise<EdgeProxy>,
): Promise<ProtectedApi> {
  const database = await createTestDatabase();
  const env = {
    ...database.env,
    TRUSTED_PROXIES: "127.0.0.1",
    LOG_LEVEL: "fatal",
    RATE_LIMIT_BURST: "100000",
  };
  const deps = await openDependencies(env);
  const person = await createPerson(deps);
  await deps.store.close();
  let server: ServerProcess = await spawnServer(env);
  const { port, host } = new URL(server.url);
  const direct = createHttpClient(server.url);
  const echo = await startProgram([process.execPath, echoApiPath], {}, (output) => output.includes("\n"));
  const apiUrl: string = JSON.parse(echo.output()).url;
  const api = createHttpClient(apiUrl);
  const proxy = await startProxy({ briksync: host, api: new URL(apiUrl).host });
  return {
    proxy,
    database,
    admin: await signInPerson(direct, person),
    direct,
    countRequests: async () => (await api.call("GET", "/count")).body.count,
    stopBriksync: async () => {
      await server.stop();
    },
    startBriksync: async () => {
      server = await spawnServer({ ...env, PORT: port });
    },
    stop: async () => {
      await proxy.stop();
      api.close();
      direct.close();
      await echo.stop();
      await server.stop();
      await database.remove();
    },
  };
}
