import { createHttpClient, type HttpClient } from "./http-client.ts";
import { type NodeProcess, startNodeProcess } from "./node-process.ts";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres.ts";
import { postgresSecrets } from "./postgres-secrets.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** Few enough to be used up quickly. */
const maxConnections = 60;

/** One of several nodes, with its own connection to the database. */
export interface ClusterNode {
  readonly name: string;
  readonly process: NodeProcess;
  readonly client: HttpClient;
  /** Connection of the node to the database. */
  readonly link: TcpProxy;
}

/** A proxy between a node and its clients. */
export interface Front {
  readonly url: string;
  close(): Promise<void>;
}

/** Nodes that share one PostgreSQL database. */
export interface Cluster {
  readonly nodes: readonly ClusterNode[];
  readonly postgres: OwnPostgres;
  /** Environment that leads to the database without a proxy. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

async function startNode(
  postgres: OwnPostgres,
  name: string,
  report: (problem: string) => void,
): Promise<Omit<ClusterNode, "client">> {
  const link = await startTcpProxy(postgres.server.port);
  const url = new URL(postgres.server.urlOf("postgres"));
  url.port = String(link.port);
  const limits = {
    RATE_LIMIT_PER_MINUTE: "100000000",
    RATE_LIMIT_BURST: "100000000",
    MANAGEMENT_RATE_LIMIT_BURST: "100000000",
  };
  const env = { DATABASE_URL: url.href, ...postgresSecrets, ...limits, LOG_LEVEL: "fatal", ACCESS_TOKEN_TTL: "86400" };
  return { name, link, process: await startNodeProcess(env, report) };
}

/** Starts a database and nodes. `putInFront` can start a proxy in front of a node. The caller removes the cluster. */
export async function startCluster(
  size: number,
  report: (problem: string) => void,
  putInFront: (url: string, index: number) => Promise<Front> = async (url) => ({ url, close: async () => undefined }),
): Promise<Cluster> {
  const postgres = await startOwnPostgres({ parameters: { max_connections: String(maxConnections) } });
  const nodes: ClusterNode[] = [];
  const fronts: Front[] = [];
  const remove = async (): Promise<void> => {
    for (const { client } of nodes) client.close();
    await Promise.all(fronts.map((front) => front.close()));
    await Promise.all(nodes.map((node) => node.process.stop()));
    await Promise.all(nodes.map((node) => node.link.close()));
    await postgres.remove();
  };
  try {
    for (let index = 0; index < size; index++) {
      const node = await startNode(postgres, `node ${index + 1}`, report);
      const front = await putInFront(node.process.url, index);
      fronts.push(front);
      nodes.push({ ...node, client: createHttpClient(front.url) });
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { nodes, postgres, remove, env: { DATABASE_URL: postgres.server.urlOf("postgres"), ...postgresSecrets } };
}
