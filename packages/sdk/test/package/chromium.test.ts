import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumOptions, isChromiumMissing, nameChromiumSuite } from "../../../../tools/chromium.ts";
import { requireFreshBuild } from "../../../../tools/fresh-build.ts";
import type * as sdk from "../../src/browser.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";

declare const BrikSync: typeof sdk.BrikSync;

/**
 * A real browser sends preflight requests, hides headers that the server does not expose, and reports blocked calls.
 */
describe.skipIf(isChromiumMissing)(nameChromiumSuite("in Chromium, from another origin"), () => {
  let app: Server;
  let server: RealServer;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    requireFreshBuild("sdk");
    const script = await readFile(new URL("../../dist/browser.js", import.meta.url), "utf8");
    app = createServer((request, response) => {
      if (request.url === "/sdk.js") return response.setHeader("content-type", "text/javascript").end(script);
      response.setHeader("content-type", "text/html");
      return response.end(`<!doctype html><link rel="icon" href="data:,"><title>An app</title>
        <script type="module">import { BrikSync } from "/sdk.js"; globalThis.BrikSync = BrikSync;</script>`);
    });
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const origin = `http://localhost:${(app.address() as AddressInfo).port}`;
    server = await startRealServer({ CORS_ORIGINS: origin });
    browser = await chromium.launch(chromiumOptions);
    page = await browser.newPage();
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(origin);
    await page.waitForFunction(() => "BrikSync" in globalThis);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
    app?.close();
  });

  it("K-07 creates, replays, rotates, lists and revokes keys over CORS", async () => {
    const settings = { baseUrl: server.url, accessToken: server.accessToken };
    const result = await page.evaluate(async (options) => {
      const client = new BrikSync(options);
      const key = await client.keys.create({ name: "From a browser" }, { idempotencyKey: "once" });
      const again = await client.keys.create({ name: "From a browser" }, { idempotencyKey: "once" });
      const staged = await client.keys.rotate(key.id, { mode: "staged" });
      await client.keys.rotations.finish(key.id, staged.id);
      await client.keys.allowIp(key.id, { cidr: "203.0.113.0/24" });
      const names: string[] = [];
      for await (const { name } of client.keys.list({ limit: 1 })) names.push(name);
      await client.keys.revoke(key.id);
      const isSame = again.clientSecret.reveal() === key.clientSecret.reveal();
      const { status } = await client.keys.get(key.id);
      return { isReplay: again.isReplay, isSame, names, status };
    }, settings);
    expect(result).toEqual({ isReplay: true, isSame: true, names: ["From a browser"], status: "revoked" });
    expect(complaints).toEqual([]);
  });

  it("K-04 reads an error and its request ID", async () => {
    const settings = { baseUrl: server.url, accessToken: server.accessToken };
    const facts = await page.evaluate(async (options) => {
      try {
        await new BrikSync(options).keys.get("no-such-key");
        return null;
      } catch (error) {
        const { name, type, status, requestId } = error as sdk.BrikSyncError & Record<string, unknown>;
        return { name, type, status, hasRequestId: typeof requestId === "string" && requestId !== "" };
      }
    }, settings);
    expect(facts).toMatchObject({ type: "NOT_FOUND", status: 404, hasRequestId: true });
  });
});
