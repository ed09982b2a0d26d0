import { setTimeout } from "node:timers/promises";
import { type Cluster, type ClusterNode, type Front, startCluster } from "./cluster.ts";
import { CallLedger } from "./cluster-calls.ts";
import { findClusterDamage } from "./cluster-check.ts";
import { clusterFaults, type FaultName } from "./cluster-faults.ts";
import { ClusterWorker, type WorkerContext } from "./cluster-worker.ts";
import { openDependencies } from "./open-dependencies.ts";
import { createPerson, type SignedIn, signInPerson } from "./people.ts";
import { createRandom, type Random } from "./random.ts";
import { runInProcess } from "./run-in-process.ts";
import { SessionWorker } from "./session-worker.ts";
import { WatchedCredentials } from "./watched-credentials.ts";

const clusterSize = 3;
const workersPerNode = 2;
const checkersPerNode = 1;
/** Maximum time from the end of a fault until every node is ready without help. */
const recoveryMaxMs = 30_000;
const loadMaxMs = 4_000;

/** Result of a series of faults. */
export interface ClusterReport {
  readonly rounds: number;
  readonly acknowledged: number;
  /** Changes that got a 500 or no response. */
  readonly unknown: number;
  readonly replays: number;
  readonly signOuts: number;
  /** Responses to credentials whose state was certain. */
  readonly certain: { readonly live: number; readonly ended: number };
  readonly responses: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly slowestRecoveryMs: number;
  readonly violations: readonly string[];
}

async function isReady({ client }: ClusterNode): Promise<boolean> {
  try {
    return (await client.call("GET", "/api/health/ready")).status === 200;
  } catch {
    return false;
  }
}

/** Waits until every node is ready. Returns how many milliseconds that took. */
async function waitForRecovery({ nodes, postgres }: Cluster): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const ready = await Promise.all(nodes.map(isReady));
    const durationMs = performance.now() - startedMs;
    if (!ready.includes(false)) return durationMs;
    if (durationMs > recoveryMaxMs) {
      const notReady = nodes.filter((_, index) => ready[index] === false).map(({ name }) => name);
      const [count] = await postgres.query("select count(*) from pg_stat_activity");
      throw new Error(`Not ready ${recoveryMaxMs} ms after the fault: ${notReady.join()}; ${JSON.stringify(count)}`);
    }
    await setTimeout(50);
  }
}

/** Waits for some more changes, at most {@link loadMaxMs}, and then for a random moment within a change. */
async function waitForLoad(workers: readonly ClusterWorker[], random: Random): Promise<void> {
  const target = summarize(workers).acknowledged + workers.length + random.pick(4 * workers.length);
  const deadlineMs = performance.now() + loadMaxMs;
  while (summarize(workers).acknowledged < target && performance.now() < deadlineMs) await setTimeout(1);
  await setTimeout(random.pick(50));
}

/** Waits until no transaction of a killed node, or of one that gave up, can still commit. */
async function waitForTransactions({ postgres }: Cluster): Promise<void> {
  const [before] = await postgres.query("select clock_timestamp()::text as now");
  const text = `select 1 from pg_stat_activity where pid <> pg_backend_pid() and xact_start < '${String(before?.["now"])}'`;
  while ((await postgres.query(text)).length > 0) await setTimeout(50);
}

/** Runs three nodes on one database under load, injects the listed faults one after another, and checks everything. */
export async function runClusterRounds(
  { seed, faults }: { readonly seed: number; readonly faults: readonly FaultName[] },
  reportRound: (line: string) => void = () => undefined,
  putInFront?: (url: string, index: number) => Promise<Front>,
): Promise<ClusterReport> {
  const random = createRandom(seed);
  const ledger = new CallLedger();
  const watched = new WatchedCredentials(ledger);
  const cluster = await startCluster(clusterSize, ledger.report, putInFront);
  const context: WorkerContext = { nodes: cluster.nodes, ledger, watched };
  let rounds = 0;
  let slowestRecoveryMs = 0;
  try {
    const { workers, sessionWorkers, secretHasher } = await createWorkers(cluster, context, seed);
    let isOver = false;
    const checking = cluster.nodes.flatMap((node, index) =>
      Array.from({ length: checkersPerNode }, (_, checker) =>
        watched.checkContinuously(node, createRandom(seed + 1000 + index * checkersPerNode + checker), () => isOver),
      ),
    );
    try {
      for (const fault of faults) {
        if (ledger.violations.length > 0) break;
        let isRoundOver = false;
        const working = Promise.all([...workers, ...sessionWorkers].map((worker) => worker.work(() => isRoundOver)));
        try {
          await waitForLoad(workers, random);
          await clusterFaults[fault](cluster, random);
          await setTimeout(random.pick(500));
          slowestRecoveryMs = Math.max(slowestRecoveryMs, await waitForRecovery(cluster));
          await waitForLoad(workers, random);
        } finally {
          isRoundOver = true;
          await working;
        }
        await waitForTransactions(cluster);
        for (const worker of workers) await worker.settleRepeatable();
        const keys = workers.flatMap((worker) => [...worker.keys.values()]);
        for (const problem of await findClusterDamage(cluster.postgres, secretHasher, keys)) ledger.report(problem);
        await watched.checkAll(cluster.nodes);
        const audit = await runInProcess(["audit", "verify"], cluster.env);
        if (audit.code !== 0) ledger.report(`audit verify: ${audit.stdout}${audit.stderr}`);
        rounds++;
        reportRound(`round ${rounds}, ${fault}: ${JSON.stringify(summarize(workers))}`);
      }
    } catch (error) {
      ledger.report(error instanceof Error ? (error.stack ?? error.message) : String(error));
    } finally {
      isOver = true;
      await Promise.all(checking);
      await watched.finish();
    }
    return {
      rounds,
      ...summarize(workers),
      signOuts: sessionWorkers.reduce((sum, { signOuts }) => sum + signOuts, 0),
      certain: watched.counts,
      responses: ledger.counts,
      slowestMs: Math.round(ledger.slowestMs),
      slowestRecoveryMs: Math.round(slowestRecoveryMs),
      violations: ledger.violations,
    };
  } finally {
    await cluster.remove();
  }
}

/** Creates clients of two companies for each node, so that some changes wait for each other and some do not. */
async function createWorkers(cluster: Cluster, context: WorkerContext, seed: number) {
  const deps = await openDependencies(cluster.env);
  try {
    const [first] = cluster.nodes;
    if (first === undefined) throw new RangeError("There are no nodes");
    const admins: SignedIn[] = [];
    for (let index = 0; index < workersPerNode; index++) {
      admins.push(await signInPerson(first.client, await createPerson(deps)));
    }
    const makeRandom = (index: number): Random => createRandom(seed + 1 + index);
    const workers = cluster.nodes.flatMap((node, index) =>
      admins.map(({ token }, admin) => {
        const number = index * admins.length + admin;
        return new ClusterWorker(`worker ${number}`, node, context, token, makeRandom(number));
      }),
    );
    const sessionWorkers = [];
    for (let index = 0; index < 2; index++) {
      sessionWorkers.push(new SessionWorker(context, await createPerson(deps), makeRandom(100 + index)));
    }
    return { workers, sessionWorkers, secretHasher: deps.secretHasher };
  } finally {
    await deps.store.close();
  }
}

function summarize(workers: readonly ClusterWorker[]): Pick<ClusterReport, "acknowledged" | "unknown" | "replays"> {
  const add = (count: (worker: ClusterWorker) => number): number =>
    workers.reduce((sum, worker) => sum + count(worker), 0);
  return {
    acknowledged: add(({ acknowledged }) => acknowledged),
    unknown: add(({ unknown }) => unknown),
    replays: add(({ replays }) => replays),
  };
}
