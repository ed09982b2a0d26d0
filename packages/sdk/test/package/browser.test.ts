import { build } from "esbuild";
import { afterEach, describe, expect, it, vi } from "vitest";
import { requireFreshBuild } from "../../../../tools/fresh-build.ts";
import * as browser from "../../src/browser.ts";
import * as node from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";
import * as worker from "../../src/worker.ts";
import { catchError } from "../support/catch-error.ts";
import { startRecordingServer } from "../support/recording-server.ts";
import { sampleSecret } from "../support/sample-key.ts";

const allowedHeaders = ["accept", "authorization", "content-type", "idempotency-key"];

afterEach(() => vi.unstubAllGlobals());

/** Bundles an app for a browser without any configuration for this package. */
async function bundleForBrowser(contents: string): Promise<string> {
  requireFreshBuild("sdk");
  const result = await build({
    stdin: { contents, resolveDir: new URL("../../../cli", import.meta.url).pathname, loader: "js" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    minify: true,
    logLevel: "silent",
  });
  return result.outputFiles[0]?.text ?? "";
}

describe("in a browser", () => {
  it("K-07 refuses API credentials of any form at run time, and does not repeat them in the error", () => {
    const forms: unknown[] = [
      sampleSecret,
      { clientSecret: sampleSecret },
      { clientSecret: new browser.Secret(sampleSecret) },
      { clientId: "api_1" },
      { accessToken: sampleSecret },
      { workloadIdentity: { trustId: "t1" } },
    ];
    for (const form of forms) {
      const make = () => new browser.BrikSync(form as browser.BrikSyncOptions);
      expect(make).toThrow(/^Do not use API credentials in a browser/);
      expect(make).not.toThrow(sampleSecret);
    }
  });

  it("K-07 has no method that takes a secret key", () => {
    const client = new browser.BrikSync({ accessToken: "token" });
    expect("verify" in client).toBe(false);
    expect("rotateSafely" in client.keys).toBe(false);
    expect("explain" in client.trusts).toBe(false);
    expect(Object.keys(browser)).not.toContain("inspectSecret");
  });

  it("K-07 sends only the headers of the contract and no cookies", async () => {
    const fake = new FakeBrikSync();
    const inits: RequestInit[] = [];
    vi.stubGlobal("fetch", (input: string, init: RequestInit) => {
      inits.push(init);
      return fake.fetch(input, init);
    });
    const client = new browser.BrikSync({ session: browser.createMemorySessionStore() });
    await client.auth.signIn({ email: "ada@partner.com", password: "correct horse battery staple" });
    fake.expireAccessTokens();
    const { id } = await client.keys.create({ name: "CRM" });
    await client.keys.rotate(id);
    const rotation = await client.keys.rotate(id, { mode: "staged" });
    const { leaseExpiresOn } = await client.keys.rotations.renew(id, rotation.id);
    await client.keys.rotations.finish(id, rotation.id, { leaseExpiresOn });
    await client.keys.allowIp(id, { cidr: "203.0.113.0/24" });
    for await (const _ of client.keys.list());
    for await (const _ of client.audit.list());
    await client.auth.signOut();
    expect(inits).toHaveLength(13);
    for (const { headers, credentials, redirect } of inits) {
      expect(Object.keys(headers as object).filter((name) => !allowedHeaders.includes(name))).toEqual([]);
      expect({ credentials, redirect }).toEqual({ credentials: "omit", redirect: "manual" });
    }
  });

  it("C-06 does not follow redirects, which a browser hides", async () => {
    vi.stubGlobal("fetch", async () => ({ type: "opaqueredirect", status: 0, headers: new Headers(), body: null }));
    const error = await catchError(new browser.BrikSync({ accessToken: "token" }).keys.get("k1"));
    expect(error).toMatchObject({ name: "ResponseError" });
    expect(error.message).toMatch(/^http:\/\/127\.0\.0\.1:4870 redirects\. The SDK does not follow redirects/);
  });

  it("K-10 says what to do if fetch is missing, as in Jest with jsdom, and sends nothing", async () => {
    vi.stubGlobal("fetch", undefined);
    const error = await catchError(new browser.BrikSync({ accessToken: "token" }).keys.create({ name: "CRM" }));
    expect(error).toMatchObject({ name: "ConfigurationError", outcome: "not-sent", retryable: false });
    expect(error.message).toMatch(/^This runtime has no fetch\. Pass the option fetch to the client/);
  });

  it("treats a failed fetch as an unknown outcome, because a browser gives no details", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    const error = await catchError(new browser.BrikSync({ accessToken: "token" }).keys.create({ name: "CRM" }));
    expect(error).toMatchObject({ name: "ConnectionError", outcome: "unknown", attempts: 1 });
    expect(error.message).toBe("Cannot reach http://127.0.0.1:4870: Failed to fetch.");
  });

  it("K-08 bundles without undici, without node: modules and below 11.7 kB compressed", async () => {
    const code = await bundleForBrowser('import { BrikSync } from "@briksync/sdk"; globalThis.BrikSync = BrikSync;');
    expect(code).not.toMatch(/node:|undici|require\(|x-api-secret/);
    expect(code).toContain("Do not use API credentials in a browser");
    const fake = new FakeBrikSync();
    vi.stubGlobal("fetch", fake.fetch);
    vi.stubGlobal("BrikSync", undefined);
    await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
    const Bundled = (globalThis as unknown as { BrikSync: typeof browser.BrikSync }).BrikSync;
    const created = await new Bundled({ session: fake.addSession() }).keys.create({ name: "CRM" });
    expect(created.clientSecret.reveal()).toMatch(/^sec_/);
    expect(() => new Bundled(sampleSecret as unknown as object)).toThrow(/^Do not use API credentials/);
    const compressed = new Response(new Blob([code]).stream().pipeThrough(new CompressionStream("gzip")));
    expect((await compressed.arrayBuffer()).byteLength).toBeLessThan(11_700);
  });
});

describe("in a worker", () => {
  it("accepts API credentials and verifies them over fetch", async () => {
    const fake = new FakeBrikSync();
    const { clientSecret } = fake.addKey("CRM");
    vi.stubGlobal("fetch", fake.fetch);
    expect(await new worker.BrikSync(clientSecret).verify()).toMatchObject({ ok: true, name: "CRM" });
  });

  it("K-07 refuses API credentials in a browser page that loaded the wrong bundle", () => {
    vi.stubGlobal("window", {});
    vi.stubGlobal("document", {});
    expect(() => new worker.BrikSync(sampleSecret)).toThrow(/^Do not use API credentials in a browser/);
    const workloadIdentity = { trustId: "t1" };
    expect(() => new worker.BrikSync({ workloadIdentity })).toThrow(/^Do not use API credentials in a browser/);
    expect(() => new worker.BrikSync({ accessToken: "token" })).not.toThrow();
  });

  it("reports what was not sent, as the client for Node does", async () => {
    const server = await startRecordingServer(() => ({ json: [] }));
    await server.close();
    const client = new worker.BrikSync({ baseUrl: server.url, accessToken: "token", maxRetries: 0 });
    expect(await catchError(client.keys.create({ name: "CRM" }))).toMatchObject({ outcome: "not-sent" });
  });
});

it("exports the same names in every runtime, except those that need a secret, or the variables of a proxy", () => {
  expect(Object.keys(worker).sort()).toEqual(
    Object.keys(node)
      .filter((name) => name !== "findProxy")
      .sort(),
  );
  expect(Object.keys(browser).sort()).toEqual(
    Object.keys(worker)
      .filter((name) => !["inspectSecret", "RotationInterruptedError", "isRotationInterrupted"].includes(name))
      .sort(),
  );
});
