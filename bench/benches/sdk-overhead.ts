import { request } from "undici";
import { startDemoCompany } from "../fixtures/demo-company.ts";
import type { Bench, BenchOptions } from "../harness/bench.ts";
import type { Comparison } from "../harness/comparison.ts";
import { startFloorServer } from "../harness/floor.ts";
import { type RecordedAnswer, recordAnswer } from "../harness/recorded-answer.ts";
import { type Contestant, runInterleaved } from "../harness/rounds.ts";
import { ratioPerRound } from "../harness/statistics.ts";

/** How fast calls went, and what they cost this process. */
interface CallResult {
  readonly callsPerSecond: number;
  readonly cpuMsPerCall: number;
}

/** The built package. Its sources lend the types, so that this file compiles before a build. */
const sdkEntry = new URL("../../packages/sdk/dist/index.js", import.meta.url).href;
type Sdk = typeof import("../../packages/sdk/src/index.ts");

const path = "/external/v1/auth/keys";
const keyCount = 5;

/** The real server's answer to a list of keys, to be given by a server that does nothing else. */
async function recordKeyList(): Promise<RecordedAnswer & { readonly accessToken: string }> {
  const company = await startDemoCompany();
  try {
    const { accessToken } = company;
    const answer = await recordAnswer(`${company.server.url}${path}`, { authorization: `Bearer ${accessToken}` });
    return { ...answer, accessToken };
  } finally {
    await company.remove();
  }
}

/** Runs the call over and over, so many at a time. Throws when a call does not give all keys. */
async function callRepeatedly(call: () => Promise<number>, inFlight: number, seconds: number): Promise<CallResult> {
  let calls = 0;
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const deadline = startedAt + seconds * 1000;
  const loop = async (): Promise<void> => {
    while (performance.now() < deadline) {
      const found = await call();
      if (found !== keyCount) throw new Error(`A call gave ${found} keys.`);
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { callsPerSecond: calls / elapsedSeconds, cpuMsPerCall: (user + system) / 1000 / calls };
}

function makeContestants(
  url: string,
  accessToken: string,
  { isQuick }: BenchOptions,
  sdk: Sdk,
): Contestant<CallResult>[] {
  const seconds = isQuick ? 0.5 : 1.5;
  const client = new sdk.BrikSync({ baseUrl: url, accessToken });
  const listBySdk = async (): Promise<number> => {
    let found = 0;
    for await (const _key of client.keys.list()) found += 1;
    return found;
  };
  const headers = { accept: "application/json", authorization: `Bearer ${accessToken}` };
  const listByUndici = async (): Promise<number> => {
    const { body } = await request(`${url}${path}`, { headers });
    const keys: unknown = JSON.parse(await body.text());
    return Array.isArray(keys) ? keys.length : 0;
  };
  return [1, 50].flatMap((inFlight) => [
    { name: `keys.list, ${inFlight} in flight`, measure: () => callRepeatedly(listBySdk, inFlight, seconds) },
    { name: `undici.request, ${inFlight} in flight`, measure: () => callRepeatedly(listByUndici, inFlight, seconds) },
  ]);
}

/**
 * Calls per second of `keys.list` (one page of five keys) over those of undici's `request` with the same header, the same
 * answer and `JSON.parse`, one after the other and fifty at once. The server is a constant in a process of its own.
 */
export const benchSdkOverhead: Bench = async (options) => {
  const sdk: Sdk = await import(sdkEntry);
  const { accessToken, ...answer } = await recordKeyList();
  const server = await startFloorServer(answer);
  try {
    const contestants = makeContestants(server.url, accessToken, options, sdk);
    const counts = options.isQuick ? { warmUps: 1, rounds: 3 } : { warmUps: 1, rounds: 5 };
    const results = await runInterleaved(contestants, counts, options.say);
    const comparisons: Comparison[] = [];
    for (let index = 0; index < contestants.length; index += 2) {
      const [own = [], bare = []] = results.slice(index, index + 2);
      const names = { what: contestants[index]?.name ?? "", against: contestants[index + 1]?.name ?? "" };
      const pick = (field: keyof CallResult) =>
        ratioPerRound(
          own.map((result) => result[field]),
          bare.map((result) => result[field]),
        );
      comparisons.push({ ...names, measure: "calls/s", ratios: pick("callsPerSecond"), goal: { atLeast: 0.8 } });
      comparisons.push({ ...names, measure: "CPU per call", ratios: pick("cpuMsPerCall") });
    }
    return comparisons;
  } finally {
    await server.stop();
  }
};
