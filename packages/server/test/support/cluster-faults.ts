import { setTimeout } from "node:timers/promises";
import pg from "pg";
import type { Cluster } from "./cluster.ts";
import type { Random } from "./random.ts";

/** A fault of a cluster. It resolves after the fault is over, and undone if necessary. */
export type ClusterFault = (cluster: Cluster, random: Random) => Promise<void>;

const freezeMs = 20_000;
/** A node may currently have nothing to commit. */
const cutTimeoutMs = 5_000;
/** A node checks for 8 seconds whether a commit succeeded. */
const beyondCommitCheckMs = 11_000;

const terminateBackends = `select pg_terminate_backend(pid) from pg_stat_activity
  where pid <> pg_backend_pid() and backend_type = 'client backend'`;

/**
 * Stops every process of the database with SIGSTOP. Connections stay open, the kernel accepts new ones, and the
 * database does not respond. The first process stops first, so that it starts no others while they are listed.
 */
const freezeDatabase: ClusterFault = async ({ postgres }) => {
  const client = await postgres.connect();
  const stopped: number[] = [];
  const stop = (pid: number): void => {
    process.kill(pid, "SIGSTOP");
    stopped.push(pid);
  };
  try {
    const { rows: first } = await client.query(
      "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid",
    );
    stop(first[0].pid);
    const { rows } = await client.query("select pid, pid = pg_backend_pid() as own from pg_stat_activity order by own");
    for (const { pid } of rows) {
      try {
        stop(pid);
      } catch {
        // Its connection has ended in the meantime.
      }
    }
    await setTimeout(freezeMs);
  } finally {
    for (const pid of stopped) process.kill(pid, "SIGCONT");
    await client.end();
  }
};

/** Takes all connections, including those of the nodes, and keeps them for a while. */
const fillConnections: ClusterFault = async ({ postgres }, random) => {
  const taken: pg.Client[] = [];
  const take = async (): Promise<boolean> => {
    const client = new pg.Client({ connectionString: postgres.server.urlOf("postgres") });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query("set application_name = 'taker'");
      taken.push(client);
      return true;
    } catch {
      return false;
    }
  };
  try {
    if (!(await take())) throw new Error("The database gave no connection to begin with");
    const untilMs = performance.now() + 4_000 + random.pick(2_000);
    while (performance.now() < untilMs) {
      while (await take());
      await taken[0]?.query(`${terminateBackends} and application_name <> 'taker'`);
      await setTimeout(50);
    }
  } finally {
    await Promise.all(taken.map((client) => client.end()));
  }
};

/** All faults, by their name in reports. */
export const clusterFaults = {
  "kill -9 a node": ({ nodes }, random) => random.choose(nodes).process.end("SIGKILL"),
  "SIGTERM a node": ({ nodes }, random) => random.choose(nodes).process.end("SIGTERM"),
  "restart the database": async ({ postgres }, random) => {
    await postgres.server.stop();
    await setTimeout(random.pick(2_000));
    await postgres.server.start();
  },
  "crash the database": async ({ postgres }, random) => {
    await postgres.server.crash();
    await setTimeout(random.pick(2_000));
    await postgres.server.start();
  },
  "terminate the backends": async ({ postgres }, random) => {
    for (let round = 0; round < 4; round++) {
      await postgres.query(terminateBackends);
      await setTimeout(random.pick(300));
    }
  },
  "sever a node's link": async ({ nodes }, random) => {
    const { link } = random.choose(nodes);
    link.sever();
    await setTimeout(500 + random.pick(3_000));
    link.restore();
  },
  "silence a node's link": async ({ nodes }, random) => {
    const { link } = random.choose(nodes);
    link.silence();
    await setTimeout(3_000 + random.pick(6_000));
    link.restore();
  },
  "lose responses to commits": async ({ nodes }, random) => {
    for (let round = 0; round < 6; round++) {
      const { link } = random.choose(nodes);
      const cut = link.cutAt("commit\0", random.choose(["before", "after"]));
      await Promise.race([cut, setTimeout(cutTimeoutMs)]);
      link.restore();
    }
  },
  "lose a response to a commit, and the link": async ({ nodes }, random) => {
    const { link } = random.choose(nodes);
    const cut = link.cutAt("commit\0", random.choose(["before", "after"]), true);
    const isCut = await Promise.race([cut.then(() => true), setTimeout(cutTimeoutMs, false)]);
    if (isCut) await setTimeout(beyondCommitCheckMs);
    link.restore();
  },
  "SIGSTOP the database for 20 s": freezeDatabase,
  "fill the connections": fillConnections,
} as const satisfies Record<string, ClusterFault>;

/** Name of a fault. */
export type FaultName = keyof typeof clusterFaults;

/** Names of all faults. */
export const faultNames = Object.keys(clusterFaults) as FaultName[];
