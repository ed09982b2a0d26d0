import { setTimeout } from "node:timers/promises";
import { request } from "undici";
import { type GitLabIssuer, startGitLabIssuer } from "../../tools/gitlab-issuer.ts";
import { startDemoCompany } from "../fixtures/demo-company.ts";
import type { Bench, BenchOptions } from "../harness/bench.ts";
import type { Comparison, Goal } from "../harness/comparison.ts";
import { readCpuMs } from "../harness/cpu-time.ts";
import { startFloorServer } from "../harness/floor.ts";
import { acceptIssuer, issueToken, pinProject, writeExchange } from "../harness/gitlab-project.ts";
import { drawAddress } from "../harness/management-load.ts";
import { type Contestant, runInterleaved } from "../harness/rounds.ts";
import type { ServerProcess } from "../harness/server-process.ts";
import { median, ratioPerRound } from "../harness/statistics.ts";

/** Speed of the calls, and their cost for the server. */
interface CallResult {
  readonly callsPerSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Null if the operating system does not report CPU times. */
  readonly cpuMsPerCall: number | null;
}

type Send = (index: number) => ReturnType<typeof request>;

const auth = "/external/v1/auth";
/** Number of concurrent exchanges. */
const inFlight = 20;
/** The longest pause of the server after a management call. A call that starts later does not wait. */
const turnPauseMs = 10;
/** A trust allows a burst of 120 exchanges, and a repository one of 300. */
const trustCount = 100;
const form = { "content-type": "application/x-www-form-urlencoded" };
const unlimited = "100000000";

/** Sends `count` calls, `atOnce` of them concurrently, with a pause after each. Throws if a response is not 200. */
async function sendAll(
  send: Send,
  { count, atOnce, pauseMs, pid }: { count: number; atOnce: number; pauseMs: number; pid: number },
): Promise<CallResult> {
  const times: number[] = [];
  const cpuBefore = readCpuMs(pid);
  const startedAt = performance.now();
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < count) {
      const sentAt = performance.now();
      const { statusCode, body } = await send(next++);
      const text = await body.text();
      times.push(performance.now() - sentAt);
      if (statusCode !== 200) throw new Error(`A call returned ${statusCode}: ${text}`);
      if (pauseMs > 0) await setTimeout(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuAfter = readCpuMs(pid);
  times.sort((a, b) => a - b);
  return {
    callsPerSecond: count / seconds,
    medianMs: median(times),
    p99Ms: times[Math.floor(count * 0.99)] ?? 0,
    cpuMsPerCall: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / count,
  };
}

async function callAs(accessToken: string, url: string, body?: object): Promise<Record<string, string>> {
  const { statusCode, body: responseBody } = await request(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await responseBody.text();
  if (statusCode >= 300) throw new Error(`${url} returned ${statusCode}: ${text}`);
  return JSON.parse(text) as Record<string, string>;
}

/** Prepares exchanges of new tokens, with each trust in turn. Signs the tokens before the round starts. */
function makeExchanges(server: ServerProcess, issuer: GitLabIssuer, trustIds: readonly string[], count: number) {
  const bodies = Array.from({ length: count }, (_, index) => {
    const turn = index % trustIds.length;
    return writeExchange(issueToken(issuer, server.url, turn), trustIds[turn] ?? "");
  });
  return (index: number, url = server.url): ReturnType<typeof request> =>
    request(`${url}${auth}/token`, {
      method: "POST",
      headers: { ...form, "x-forwarded-for": drawAddress() },
      body: bodies[index] ?? "",
    });
}

/** A figure to compare: its name, its value, and the goal for the ratio. */
type Measure = readonly [name: string, read: (result: CallResult) => number | null, goal?: Goal];

/** Returns the comparisons of two sides. Leaves out figures that the operating system does not report. */
function compare(
  [what, against]: readonly [string, string],
  [ours, theirs]: readonly [readonly CallResult[], readonly CallResult[]],
  measures: readonly Measure[],
): Comparison[] {
  return measures.flatMap(([measure, read, goal]) => {
    if ([...ours, ...theirs].some((result) => !((read(result) ?? 0) > 0))) return [];
    const side = (results: readonly CallResult[]): number[] => results.map((result) => read(result) ?? 0);
    return [{ what, against, measure, ratios: ratioPerRound(side(ours), side(theirs)), goal }];
  });
}

const readP99 = ({ p99Ms }: CallResult): number => p99Ms;
const readCpu = ({ cpuMsPerCall }: CallResult): number | null => cpuMsPerCall;

/**
 * Compares exchanges with a bare `node:http` server that reads the same requests. The keys of the issuer are in memory.
 * Also compares calls with the token of a run or an automation token with the same calls of a session. These run one at
 * a time. Concurrent calls would measure the pauses between management calls (see `Turns` of the server).
 */
export const benchPipelinesVersusPeople: Bench = async (options) => {
  const issuer = await startGitLabIssuer();
  const limits = { MANAGEMENT_RATE_LIMIT_PER_MINUTE: unlimited, MANAGEMENT_RATE_LIMIT_BURST: unlimited };
  const company = await startDemoCompany({ settings: { ...acceptIssuer(issuer), ...limits } });
  const { server, accessToken } = company;
  const floor = await startFloorServer({
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ access_token: `run_${"0".repeat(48)}`, token_type: "Bearer", expires_in: 900 }),
  });
  try {
    const base = `${server.url}${auth}`;
    const [key] = Object.values(await callAs(accessToken, `${base}/keys`)) as unknown as { readonly id: string }[];
    const keyIds = [key?.id ?? ""];
    const trustIds: string[] = [];
    for (let index = 0; index < trustCount; index++) {
      const claims = pinProject(issuer, index);
      const names = { name: `Trust ${index}`, provider: "gitlab", issuer: issuer.url };
      trustIds.push(
        (await callAs(accessToken, `${base}/trusts`, { ...names, claims, may: ["rotate"], keyIds }))["id"] ?? "",
      );
    }
    return [
      ...(await compareExchanges(server, floor, issuer, trustIds, options)),
      ...(await compareTokens(server, issuer, { accessToken, trustId: trustIds[0] ?? "", keyIds }, options)),
    ];
  } finally {
    await floor.stop();
    await company.remove();
    issuer.stop();
  }
};

async function compareExchanges(
  server: ServerProcess,
  floor: ServerProcess,
  issuer: GitLabIssuer,
  trustIds: readonly string[],
  { isQuick, say }: BenchOptions,
): Promise<Comparison[]> {
  const count = isQuick ? 200 : 1_000;
  const [name, bare] = ["exchange", "bare node:http"];
  const contestants: Contestant<CallResult>[] = [server, floor].map(({ url, pid }, index) => ({
    name: [name, bare][index] ?? "",
    measure: async () => {
      const send = makeExchanges(server, issuer, trustIds, count);
      return sendAll((number) => send(number, url), { count, atOnce: inFlight, pauseMs: 0, pid });
    },
  }));
  const [ours = [], theirs = []] = await runInterleaved(contestants, { warmUps: 1, rounds: isQuick ? 2 : 7 }, say);
  return compare(
    [name, bare],
    [ours, theirs],
    [
      ["requests/s", ({ callsPerSecond }) => callsPerSecond],
      ["p99", readP99],
      ["CPU per request", readCpu],
    ],
  );
}

async function compareTokens(
  server: ServerProcess,
  issuer: GitLabIssuer,
  { accessToken, trustId, keyIds }: { accessToken: string; trustId: string; keyIds: readonly string[] },
  { isQuick, say }: BenchOptions,
): Promise<Comparison[]> {
  const base = `${server.url}${auth}`;
  const exchanged = await makeExchanges(server, issuer, [trustId], 1)(0);
  const { access_token: runToken } = (await exchanged.body.json()) as { readonly access_token: string };
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const { token = "" } = await callAs(accessToken, `${base}/tokens`, {
    name: "Bench",
    may: ["rotate"],
    keyIds,
    expiresAt,
  });
  const count = isQuick ? 100 : 500;
  const callers = { "a session": accessToken, "the token of a run": runToken, "an automation token": token };
  const contestants = Object.entries(callers).map(([caller, credential]) => ({
    name: `GET /keys/{id} with ${caller}`,
    measure: () => {
      const headers = { authorization: `Bearer ${credential}` };
      const send = () => request(`${base}/keys/${keyIds[0]}`, { headers });
      return sendAll(send, { count, atOnce: 1, pauseMs: turnPauseMs, pid: server.pid });
    },
  }));
  const [sessions = [], ...others] = await runInterleaved(contestants, { warmUps: 1, rounds: isQuick ? 2 : 7 }, say);
  const [session, ...names] = contestants.map(({ name }) => name);
  const measures: readonly Measure[] = [
    ["time, median", ({ medianMs }) => medianMs, { atMost: 1.05 }],
    ["p99", readP99],
    ["CPU per request", readCpu, { atMost: 1.05 }],
  ];
  return others.flatMap((results, index) =>
    compare([names[index] ?? "", session ?? ""], [results, sessions], measures),
  );
}
