import { type Browser, chromium, type Page } from "playwright-core";
import { chromiumOptions } from "../../tools/chromium.ts";
import { type DemoCompany, startDemoCompany } from "../fixtures/demo-company.ts";
import { startReactPage } from "../fixtures/react-page.ts";
import type { Bench } from "../harness/bench.ts";
import type { Comparison, Goal } from "../harness/comparison.ts";
import { type Contestant, runInterleaved } from "../harness/rounds.ts";
import { ratioPerRound } from "../harness/statistics.ts";

/** A slow mobile connection, in bytes per second and milliseconds, and the processor of a cheap phone. */
const slowNetwork = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 90_000 };
const cpuSlowdown = 4;
/** A page has loaded everything after this time without a response. */
const quietMs = 2_000;

/** The time and the requests until a browser without a cache shows the keys. */
interface PageLoad {
  /** Time until the rows are shown. */
  readonly elapsedMs: number;
  /** Number of requests until the response with the keys arrives. */
  readonly requestsBeforeKeys: number;
  /** Includes the requests for what the page loads ahead later. */
  readonly allRequests: number;
  readonly allBytes: number;
}

interface Counts {
  readonly requests: number;
  readonly requestsBeforeKeys: number;
  readonly bytes: number;
}

/** Throttles the page, and counts its requests and the bytes of the responses. */
async function watch(page: Page): Promise<Counts> {
  const devTools = await page.context().newCDPSession(page);
  const counts = { requests: 0, requestsBeforeKeys: 0, bytes: 0 };
  devTools.on("Network.requestWillBeSent", ({ request }) => {
    if (!request.url.startsWith("data:")) counts.requests += 1;
  });
  devTools.on("Network.responseReceived", ({ response }) => {
    if (response.url.includes("/external/v1/auth/keys")) counts.requestsBeforeKeys = counts.requests;
  });
  devTools.on("Network.loadingFinished", ({ encodedDataLength }) => {
    counts.bytes += encodedDataLength;
  });
  await devTools.send("Network.enable");
  await devTools.send("Network.emulateNetworkConditions", slowNetwork);
  await devTools.send("Emulation.setCPUThrottlingRate", { rate: cpuSlowdown });
  return counts;
}

/** Measures one page, which a new browser context opens in each round. */
function makePageContestant(
  name: string,
  url: string,
  browser: Browser,
  { cookies, lastKeyName }: DemoCompany,
): Contestant<PageLoad> {
  return {
    name,
    measure: async () => {
      const context = await browser.newContext();
      try {
        await context.addCookies([...cookies]);
        const page = await context.newPage();
        const counts = await watch(page);
        const startedAt = performance.now();
        await page.goto(url, { waitUntil: "commit" });
        await page.getByRole("row").filter({ hasText: lastKeyName }).waitFor();
        const elapsedMs = performance.now() - startedAt;
        for (let known = 0; known < counts.bytes; ) {
          known = counts.bytes;
          await page.waitForTimeout(quietMs);
        }
        const { requestsBeforeKeys, requests, bytes } = counts;
        return { elapsedMs, requestsBeforeKeys, allRequests: requests, allBytes: bytes };
      } finally {
        await context.close();
      }
    },
  };
}

/** Compares the list of keys in Chromium with a page that does the same with React and react-aria. */
export const benchPageVersusReact: Bench = async (options) => {
  const company = await startDemoCompany({ keyCount: 100 });
  const peer = await startReactPage(company.server.url);
  const browser = await chromium.launch(chromiumOptions);
  try {
    const what = "the page of the server";
    const against = "React and react-aria";
    const contestants = [
      makePageContestant(what, `${peer.url}/settings/api-access`, browser, company),
      makePageContestant(against, peer.pageUrl, browser, company),
    ];
    const counts = options.isQuick ? { warmUps: 0, rounds: 2 } : { warmUps: 1, rounds: 15 };
    const [own = [], others = []] = await runInterleaved(contestants, counts, () => undefined);
    const compare = (measure: string, read: (load: PageLoad) => number, goal?: Goal): Comparison => ({
      what,
      against,
      measure,
      ratios: ratioPerRound(own.map(read), others.map(read)),
      goal,
    });
    return [
      compare("time to rows", ({ elapsedMs }) => elapsedMs, { atMost: 0.8 }),
      compare("requests before keys", ({ requestsBeforeKeys }) => requestsBeforeKeys, { atMost: 1.2 }),
      compare("requests in all", ({ allRequests }) => allRequests),
      compare("bytes in all", ({ allBytes }) => allBytes, { atMost: 0.5 }),
    ];
  } finally {
    await browser.close();
    peer.close();
    await company.remove();
  }
};
