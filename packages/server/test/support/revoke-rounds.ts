import { setTimeout } from "node:timers/promises";
import { createHttpClient, type HttpClient } from "./http-client.ts";
import { createTestKey, type TestKey, verifyStatus } from "./keys.ts";
import { openDependencies } from "./open-dependencies.ts";
import { createPerson, signInPerson } from "./people.ts";
import { type ServerProcess, spawnServer } from "./spawn-server.ts";

/** Result of many revokes on several nodes. */
export interface RevokeReport {
  readonly nodes: number;
  readonly revokes: number;
  /** Verifications that were accepted before the response to the revoke. */
  readonly acceptsBefore: number;
  /** Verifications that started after the 2xx of the revoke and were accepted. Each of them is a defect. */
  readonly acceptsAfter: number;
  readonly refusalsAfter: number;
  /**
   * Milliseconds from the 2xx of a revoke to the last accepted call that had started before. Negative if the last
   * accepted call came before the 2xx.
   */
  readonly lastAcceptMs: { readonly median: number; readonly highest: number };
  /** Verifications of other keys during the revokes. */
  readonly load: number;
}

const workersPerNode = 2;
const acceptsBeforeRevoke = 2;
const callsAfterRevoke = 2;

interface Counts {
  before: number;
  after: number;
  refusedAfter: number;
  load: number;
  lastAcceptsMs: number[];
}

/** Verifies a key on one node continuously, until some calls have started after the revoke was confirmed. */
async function watch(
  client: HttpClient,
  key: TestKey,
  state: { revokedAtMs: number; lastAcceptAtMs: number; accepts: number },
  counts: Counts,
): Promise<void> {
  for (let asked = 0; asked < callsAfterRevoke; ) {
    const startedAtMs = performance.now();
    const isAfter = startedAtMs > state.revokedAtMs;
    const status = await verifyStatus(client, key.clientSecret);
    if (status !== 200 && status !== 401) throw new Error(`verify answered ${status}`);
    if (isAfter) asked++;
    if (status === 401) {
      if (isAfter) counts.refusedAfter++;
      continue;
    }
    state.lastAcceptAtMs = performance.now();
    state.accepts++;
    counts[isAfter ? "after" : "before"]++;
  }
}

async function waitForAccepts(state: { accepts: number }, accepts: number): Promise<void> {
  while (state.accepts < accepts) await setTimeout(1);
}

/**
 * Creates keys, uses each on all nodes at the same time, and revokes it on one of them, many times and under load.
 * Counts the calls that started after the 2xx of the revoke and were accepted.
 */
export async function runRevokeRounds(
  databaseEnv: Readonly<Record<string, string>>,
  { nodes, revokes }: { readonly nodes: number; readonly revokes: number },
  report: (revokes: number) => void = () => undefined,
): Promise<RevokeReport> {
  const limits = {
    RATE_LIMIT_PER_MINUTE: "100000000",
    RATE_LIMIT_BURST: "100000000",
    MANAGEMENT_RATE_LIMIT_BURST: "100000000",
  };
  const env = { ...databaseEnv, ...limits, LOG_LEVEL: "error", ACCESS_TOKEN_TTL: "86400" };
  const servers: ServerProcess[] = await Promise.all(Array.from({ length: nodes }, () => spawnServer(env)));
  const clients = servers.map(({ url }) => createHttpClient(url));
  const counts: Counts = { before: 0, after: 0, refusedAfter: 0, load: 0, lastAcceptsMs: [] };
  let started = 0;
  let done = 0;
  const pick = (index: number): HttpClient => {
    const client = clients[index % clients.length];
    if (client === undefined) throw new RangeError("There are no nodes");
    return client;
  };
  try {
    const deps = await openDependencies(env);
    const admin = await signInPerson(pick(0), await createPerson(deps));
    await deps.store.close();
    const work = async (): Promise<void> => {
      while (started < revokes) {
        const round = started++;
        const key = await createTestKey(pick(round), admin.token);
        const state = { revokedAtMs: Number.POSITIVE_INFINITY, lastAcceptAtMs: 0, accepts: 0 };
        const watching = Promise.all(clients.map((client) => watch(client, key, state, counts)));
        await Promise.race([watching, waitForAccepts(state, acceptsBeforeRevoke * nodes)]);
        const path = `/external/v1/auth/keys/${key.id}/revoke`;
        const { status } = await pick(round + 1).call("POST", path, { token: admin.token });
        if (status !== 200) throw new Error(`revoke answered ${status}`);
        state.revokedAtMs = performance.now();
        await watching;
        counts.lastAcceptsMs.push(state.lastAcceptAtMs - state.revokedAtMs);
        if (++done % 500 === 0) report(done);
      }
    };
    const other = await createTestKey(pick(0), admin.token);
    const load = clients.map(async (client) => {
      while (done < revokes) {
        if ((await verifyStatus(client, other.clientSecret)) !== 200) throw new Error("The load was refused");
        counts.load++;
      }
    });
    await Promise.all([...Array.from({ length: workersPerNode * nodes }, work), ...load]);
  } finally {
    for (const client of clients) client.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
  const sorted = counts.lastAcceptsMs.sort((a, b) => a - b);
  return {
    nodes,
    revokes: done,
    acceptsBefore: counts.before,
    acceptsAfter: counts.after,
    refusalsAfter: counts.refusedAfter,
    lastAcceptMs: { median: sorted[Math.floor(sorted.length / 2)] ?? 0, highest: sorted.at(-1) ?? 0 },
    load: counts.load,
  };
}
