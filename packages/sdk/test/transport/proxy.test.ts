import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { startRecordingServer } from "../support/recording-server.ts";

const run = promisify(execFile);
const entry = fileURLToPath(new URL("../../src/index.ts", import.meta.url));

/** Starts a proxy that connects every tunnel to one server, and records the requested hosts. */
async function startProxy(targetUrl: string): Promise<{ url: string; requested: string[] }> {
  const requested: string[] = [];
  const proxy = createServer((request, response) => {
    requested.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  proxy.on("connect", (request, socket, head) => {
    requested.push(`CONNECT ${request.url}`);
    const upstream = connect(Number(new URL(targetUrl).port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, requested };
}

/** Lists keys in a separate process, because the SDK reads the proxy variables once. */
async function listKeys(baseUrl: string, env: Record<string, string>): Promise<string> {
  const script = `
    const { BrikSync } = await import(${JSON.stringify(entry)});
    const options = { baseUrl: ${JSON.stringify(baseUrl)}, allowInsecureHttp: true, accessToken: "token", maxRetries: 0 };
    const page = await new BrikSync(options).keys.listPage().catch((error) => error);
    console.log(page.message ?? "listed " + page.items.length);`;
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
  const { stdout } = await run(process.execPath, args, {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    timeout: 20_000,
  });
  return stdout.trim();
}

it("uses the proxy of the environment", async () => {
  const server = await startRecordingServer(() => ({ json: [] }));
  const proxy = await startProxy(server.url);
  expect(await listKeys("http://api.example.invalid", { HTTP_PROXY: proxy.url })).toBe("listed 0");
  expect(proxy.requested).toEqual(["CONNECT api.example.invalid:80"]);
  expect(server.requests[0]?.headers).toMatchObject({ authorization: "Bearer token", host: "api.example.invalid" });
});

it("respects NO_PROXY", async () => {
  const server = await startRecordingServer(() => ({ json: [] }));
  const proxy = await startProxy(server.url);
  const env = { HTTP_PROXY: proxy.url, NO_PROXY: "example.invalid" };
  expect(await listKeys("http://api.example.invalid", env)).toContain("Cannot reach http://api.example.invalid");
  expect(proxy.requested).toEqual([]);
});

it("C-06 never uses a proxy for loopback addresses, because the proxy could read plain HTTP", async () => {
  const server = await startRecordingServer(() => ({ json: [] }));
  const proxy = await startProxy(server.url);
  const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, HTTPS_PROXY: proxy.url };
  expect(await listKeys(server.url, env)).toBe("listed 0");
  expect(await listKeys(server.url.replace("127.0.0.1", "localhost"), env)).toBe("listed 0");
  expect(proxy.requested).toEqual([]);
});

it("reports that a proxy refused the tunnel", async () => {
  const server = await startRecordingServer(() => ({ json: [] }));
  const proxy = createServer();
  proxy.on("connect", (_request, socket) => socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void proxy.close());
  const url = `http://user:canary-password@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const message = await listKeys("http://api.example.invalid", { HTTP_PROXY: url });
  expect(message).toMatch(/^Cannot reach http:\/\/api\.example\.invalid: .*407/);
  expect(message).not.toContain("canary");
  expect(server.requests).toHaveLength(0);
});

it("reports the name of an invalid proxy variable but not its value, and works after it is fixed", async () => {
  const server = await startRecordingServer(() => ({ json: [] }));
  const proxy = await startProxy(server.url);
  const script = `
    const { BrikSync } = await import(${JSON.stringify(entry)});
    const { inspect } = await import("node:util");
    const client = new BrikSync({ baseUrl: "http://api.example.invalid", allowInsecureHttp: true, accessToken: "token" });
    for (const value of ["http://user:canary@[bad", "ftp://user:canary@127.0.0.1", "http://user:canary%zz@127.0.0.1"]) {
      process.env.HTTP_PROXY = value;
      console.log(inspect(await client.keys.listPage().catch((error) => error), { showHidden: true, depth: 9 }));
    }
    process.env.HTTP_PROXY = ${JSON.stringify(proxy.url)};
    console.log("listed", (await client.keys.listPage()).items.length);`;
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
  const env = { PATH: process.env["PATH"] ?? "" };
  const { stdout } = await run(process.execPath, args, { env, timeout: 20_000 });
  expect(stdout.match(/ConfigurationError: HTTP_PROXY is not a proxy URL/g)).toHaveLength(3);
  expect(stdout).not.toContain("canary");
  expect(stdout).toContain("listed 0");
});
