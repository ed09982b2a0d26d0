import { request } from "undici";
import { type GitLabIssuer, startGitLabIssuer } from "../../tools/gitlab-issuer.ts";
import { startDemoCompany } from "../fixtures/demo-company.ts";
import type { Bench, BenchOptions } from "../harness/bench.ts";
import type { Comparison } from "../harness/comparison.ts";
import { readCpuMs } from "../harness/cpu-time.ts";
import { startFloorServer } from "../harness/floor.ts";
import { acceptIssuer, issueToken, pinProject, writeExchange } from "../harness/gitlab-project.ts";
import { drawAddress } from "../harness/management-load.ts";
import { type Contestant, runInterleaved } from "../harness/rounds.ts";
import type { ServerProcess } from "../harness/server-process.ts";
import { ratioPerRound } from "../harness/statistics.ts";

/** How fast calls were answered, and what they cost the server. */
interface CallResult {
  readonly callsPerSecond: number;
  readonly p99Ms: number;
  /** Null where the system does not tell. */
  readonly cpuMsPerCall: number | null;
}

type Send = (index: number) => ReturnType<typeof request>;

const auth = "/external/v1/auth";
const inFlight = 20;
/** A trust allows 120 exchanges at once, and a repository 300. */
const trustCount = 100;
const form = { "content-type": "application/x-www-form-urlencoded" };
const unlimited = "100000000";

/** Sends so many calls, 20 at a time. Throws when one is not answered with 200. */
async function sendAll(send: Send, count: number, pid: number): Promise<CallResult> {
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
      if (statusCode !== 200) throw new Error(`A call was answered with ${statusCode}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuAfter = readCpuMs(pid);
  times.sort((a, b) => a - b);
  return {
    callsPerSecond: count / seconds,
    p99Ms: times[Math.floor(count * 0.99)] ?? 0,
    cpuMsPerCall: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / count,
  };
}

async function callAs(accessToken: string, url: string, body?: object): Promise<Record<string, string>> {
  const { statusCode, body: answer } = await request(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (statusCode >= 300) throw new Error(`${url} answered ${statusCode}: ${text}`);
  return JSON.parse(text) as Record<string, string>;
}

/** Exchanges of fresh tokens in turn under all trusts. The tokens are signed before the round begins. */
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

function compare(
  [what, against]: readonly [string, string],
  [ours, theirs]: readonly [readonly CallResult[], readonly CallResult[]],
): Comparison[] {
  const ratio = (measure: string, read: (result: CallResult) => number): Comparison => ({
    what,
    against,
    measure,
    ratios: ratioPerRound(ours.map(read), theirs.map(read)),
  });
  const speeds = [ratio("requests/s", (result) => result.callsPerSecond), ratio("p99", (result) => result.p99Ms)];
  const isCpuKnown = [...ours, ...theirs].every(({ cpuMsPerCall }) => (cpuMsPerCall ?? 0) > 0);
  return isCpuKnown ? [...speeds, ratio("CPU per request", (result) => result.cpuMsPerCall ?? 0)] : speeds;
}

/**
 * Exchanges over a bare `node:http` server that reads the same requests, with the keys of the issuer in memory. And calls
 * with the token of a run or an automation token over the same calls with the token of a session.
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
      return sendAll((number) => send(number, url), count, pid);
    },
  }));
  const [ours = [], theirs = []] = await runInterleaved(contestants, { warmUps: 1, rounds: isQuick ? 2 : 7 }, say);
  return compare([name, bare], [ours, theirs]);
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
  const count = isQuick ? 300 : 3_000;
  const callers = { "a session": accessToken, "the token of a run": runToken, "an automation token": token };
  const contestants = Object.entries(callers).map(([caller, credential]) => ({
    name: `GET /keys/{id} with ${caller}`,
    measure: () => {
      const headers = { authorization: `Bearer ${credential}` };
      return sendAll(() => request(`${base}/keys/${keyIds[0]}`, { headers }), count, server.pid);
    },
  }));
  const [sessions = [], ...others] = await runInterleaved(contestants, { warmUps: 1, rounds: isQuick ? 2 : 7 }, say);
  const [session, ...names] = contestants.map(({ name }) => name);
  return others.flatMap((results, index) => {
    const [speed, ...rest] = compare([names[index] ?? "", session ?? ""], [results, sessions]);
    return speed === undefined ? [] : [{ ...speed, goal: { atLeast: 0.95 } }, ...rest];
  });
}
