import { request } from "undici";
import { startDemoCompany } from "../fixtures/demo-company.ts";
import type { Bench, BenchOptions } from "../harness/bench.ts";
import type { Comparison } from "../harness/comparison.ts";
import { startFloorServer } from "../harness/floor.ts";
import { type RecordedResponse, recordResponse } from "../harness/recorded-response.ts";
import { type Contestant, runInterleaved } from "../harness/rounds.ts";
import { ratioPerRound } from "../harness/statistics.ts";

/** Speed of the calls, and their cost for this process. */
interface CallResult {
  readonly callsPerSecond: number;
  readonly cpuMsPerCall: number;
}

/** The built package. The types come from its sources, so that this file compiles without a build. */
const sdkEntry = new URL("../../packages/sdk/dist/index.js", import.meta.url).href;
type Sdk = typeof import("../../packages/sdk/src/index.ts");

const path = "/external/v1/auth/keys";
const keyCount = 5;

/** Returns the response of a real server to a list of keys, for a server that does nothing else. */
async function recordKeyList(): Promise<RecordedResponse & { readonly accessToken: string }> {
  const company = await startDemoCompany();
  try {
    const { accessToken } = company;
    const response = await recordResponse(`${company.server.url}${path}`, { authorization: `Bearer ${accessToken}` });
    return { ...response, accessToken };
  } finally {
    await company.remove();
  }
}

/** Repeats the call, with `inFlight` calls at a time. Throws if a call does not return all keys. */
async function callRepeatedly(call: () => Promise<number>, inFlight: number, seconds: number): Promise<CallResult> {
  let calls = 0;
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const deadline = startedAt + seconds * 1000;
  const loop = async (): Promise<void> => {
    while (performance.now() < deadline) {
      const found = await call();
      if (found !== keyCount) throw new Error(`A call returned ${found} keys.`);
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
  inFlight: number,
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
  return [
    { name: `keys.list, ${inFlight} in flight`, measure: () => callRepeatedly(listBySdk, inFlight, seconds) },
    { name: `undici.request, ${inFlight} in flight`, measure: () => callRepeatedly(listByUndici, inFlight, seconds) },
  ];
}

/**
 * Compares the calls per second of `keys.list` (one page of five keys) with those of undici's `request`, with the same
 * header, the same response and `JSON.parse`. Runs one call and 50 calls at a time. The server is a separate process
 * that always sends the same response.
 */
export const benchSdkOverhead: Bench = async (options) => {
  const sdk: Sdk = await import(sdkEntry);
  const { accessToken, ...response } = await recordKeyList();
  const server = await startFloorServer(response);
  try {
    const counts = options.isQuick ? { warmUps: 1, rounds: 3 } : { warmUps: 1, rounds: 6 };
    const comparisons: Comparison[] = [];
    for (const inFlight of [1, 50]) {
      const contestants = makeContestants(server.url, accessToken, inFlight, options, sdk);
      const [own = [], bare = []] = await runInterleaved(contestants, counts, options.say);
      const names = { what: contestants[0]?.name ?? "", against: contestants[1]?.name ?? "" };
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
