import { setTimeout } from "node:timers/promises";
import pg from "pg";
import type { Cluster } from "./cluster.ts";
import type { Random } from "./random.ts";

/** What can happen to a cluster. It is over, and undone where it has to be, when it resolves. */
export type ClusterFault = (cluster: Cluster, random: Random) => Promise<void>;

const freezeMs = 20_000;
/** A node may have nothing to commit just now. */
const nothingToCutMs = 5_000;
/** A node asks for 8 seconds whether a commit took place. */
const tooLongToSettleMs = 11_000;

const terminateBackends = `select pg_terminate_backend(pid) from pg_stat_activity
  where pid <> pg_backend_pid() and backend_type = 'client backend'`;

/**
 * Stops every process of the database as SIGSTOP does: connections stay, new ones are taken by the kernel, nobody answers.
 * The first process stops first, so that none is added while the others are listed.
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
        // Its connection ended since.
      }
    }
    await setTimeout(freezeMs);
  } finally {
    for (const pid of stopped) process.kill(pid, "SIGCONT");
    await client.end();
  }
};

/** Takes every connection there is, those of the nodes as well, and keeps them for a while. */
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

/** By name, as reports tell of them. */
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
  "lose answers to commits": async ({ nodes }, random) => {
    for (let round = 0; round < 6; round++) {
      const { link } = random.choose(nodes);
      const cut = link.cutAt("commit\0", random.choose(["before", "after"]));
      await Promise.race([cut, setTimeout(nothingToCutMs)]);
      link.restore();
    }
  },
  "lose an answer to a commit, and the link": async ({ nodes }, random) => {
    const { link } = random.choose(nodes);
    const cut = link.cutAt("commit\0", random.choose(["before", "after"]), true);
    const isCut = await Promise.race([cut.then(() => true), setTimeout(nothingToCutMs, false)]);
    if (isCut) await setTimeout(tooLongToSettleMs);
    link.restore();
  },
  "SIGSTOP the database for 20 s": freezeDatabase,
  "fill the connections": fillConnections,
} as const satisfies Record<string, ClusterFault>;

/** One of them. */
export type FaultName = keyof typeof clusterFaults;

/** All of them. */
export const faultNames = Object.keys(clusterFaults) as FaultName[];
