import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { BrikSync } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";

let certificate: { readonly key: Buffer; readonly cert: Buffer };

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "briksync-tls-"));
  const options = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
  execFileSync("openssl", ["req", "-x509", ...options, "-keyout", "key.pem", "-out", "cert.pem"], {
    cwd: folder,
    stdio: "pipe",
  });
  certificate = { key: await readFile(join(folder, "key.pem")), cert: await readFile(join(folder, "cert.pem")) };
  await rm(folder, { recursive: true });
});

afterEach(() => vi.unstubAllEnvs());

/** Starts a server with an untrusted certificate. Records the requests that reach it. */
async function startUntrusted(): Promise<{ port: number; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer(certificate, (request, response) => {
    requests.push(String(request.headers.authorization));
    response.setHeader("content-type", "application/json").end("[]");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, requests };
}

const listKeys = (baseUrl: string) =>
  catchError(new BrikSync({ baseUrl, accessToken: "canary", maxRetries: 0 }).keys.listPage());

it("C-06 checks certificates even if the environment turns it off", async () => {
  const { port, requests } = await startUntrusted();
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  const error = await listKeys(`https://127.0.0.1:${port}`);
  expect(error).toMatchObject({ name: "ConnectionError", outcome: "not-sent", retryable: false });
  expect(error.cause).toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  expect(requests).toEqual([]);
});

it("C-06 checks the certificate of a server behind a proxy even if the environment turns it off", async () => {
  const { port, requests } = await startUntrusted();
  const proxy = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      const upstream = connect(port, "127.0.0.1");
      upstream.on("error", () => {});
      upstream.pipe(socket).pipe(upstream);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void proxy.close());
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  vi.stubEnv("https_proxy", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  vi.stubEnv("no_proxy", "");
  const error = await listKeys("https://api.example.com");
  expect(error).toMatchObject({ name: "ConnectionError", outcome: "not-sent" });
  expect(error.cause).toMatchObject({ code: expect.stringMatching(/SELF_SIGNED|ALTNAME/) });
  expect(requests).toEqual([]);
});

it("C-06 checks the certificate of a TLS proxy even if the environment turns it off", async () => {
  const { port, requests } = await startUntrusted();
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  vi.stubEnv("https_proxy", `https://127.0.0.1:${port}`);
  vi.stubEnv("no_proxy", "");
  const error = await listKeys("https://api.example.com");
  expect(error).toMatchObject({ name: "ConnectionError", outcome: "not-sent" });
  expect(error.cause).toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  expect(requests).toEqual([]);
});
