import { execFile } from "node:child_process";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { BrikSync } from "../../src/index.ts";
import { Connector, type OpenConnection } from "../../src/transport/connector.ts";
import type { ProxyServer } from "../../src/transport/proxy-variables.ts";
import { buildConnector } from "../../src/transport/undici.ts";
import { catchError } from "../support/catch-error.ts";

const entry = fileURLToPath(new URL("../../src/index.ts", import.meta.url));
/** Much longer than closing a connection takes, and half of the transport's own limit for connecting. */
const longMs = 5_000;

/** Starts a TCP server that counts its connections. Calls `react` with the first bytes of each connection. */
async function startPeer(
  react: (socket: Socket, text: string) => void,
  onConnect: (socket: Socket) => void = () => {},
) {
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => {});
    socket.once("data", (bytes) => react(socket, bytes.toString("latin1")));
    onConnect(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    /** Returns whether all connections close long before the transport's own limits. */
    async hasNoConnectionsLeft(): Promise<boolean> {
      for (let waited = 0; waited < longMs && open.size > 0; waited += 50) await sleep(50);
      return open.size === 0;
    },
  };
}

const establish = (socket: Socket): void => {
  socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
};

/** Ways in which a proxy can fail to open a tunnel after a CONNECT request. */
const proxies: Record<
  string,
  { react: (socket: Socket) => void; onConnect?: (socket: Socket) => void; says?: RegExp }
> = {
  "closes the connection": { react: (socket) => socket.destroy(), says: /the proxy 127\.0\.0\.1:\d+ failed/ },
  "ends the connection": { react: (socket) => socket.end() },
  "closes before a request": { react: () => {}, onConnect: (socket) => socket.destroy() },
  "never responds": { react: () => {} },
  "sends half a line": { react: (socket) => void socket.write("HTTP/1.1 2") },
  "responds with 407": {
    react: (socket) => socket.end("HTTP/1.1 407 Authenticate\r\n\r\n"),
    says: /returned status 407 for CONNECT/,
  },
  "responds with 502": {
    react: (socket) => socket.end("HTTP/1.1 502 Bad\r\ncontent-length: 2\r\n\r\nno"),
    says: /502/,
  },
  "responds with garbage": { react: (socket) => socket.end("220 smtp.example.com ESMTP\r\n") },
  "closes during the TLS handshake": {
    react: (socket) => {
      establish(socket);
      socket.once("data", () => socket.destroy());
    },
  },
  "never answers the TLS handshake": { react: establish },
  "answers the TLS handshake with garbage": {
    react: (socket) => {
      establish(socket);
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    },
  },
};

describe("a proxy", () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each(Object.keys(proxies))(
    "K-09 that %s gets one connection per attempt, and none outlives the call",
    async (name) => {
      const { react, onConnect, says = /^/ } = proxies[name] ?? { react: () => {} };
      const proxy = await startPeer(react, onConnect);
      vi.stubEnv("https_proxy", proxy.url);
      vi.stubEnv("no_proxy", "");
      const timeoutMs = name.includes("never") || name.includes("half") ? 1_500 : 20_000;
      const client = new BrikSync({ baseUrl: "https://api.example.com", accessToken: "token", timeoutMs });
      const error = await catchError(client.keys.create({ name: "CRM" }));
      expect(error).toMatchObject({ outcome: "not-sent" });
      expect(["ConnectionError", "TimeoutError", "ResponseError"]).toContain(error.name);
      expect(error.message).toMatch(says);
      expect(await proxy.hasNoConnectionsLeft()).toBe(true);
      expect(proxy.connections).toBe(error.attempts);
      expect(error.attempts).toBeLessThanOrEqual(3);
    },
  );

  it("K-09 keeps a connection attempt only while a call waits for it", async () => {
    const proxy = await startPeer(() => {});
    vi.stubEnv("https_proxy", proxy.url);
    vi.stubEnv("no_proxy", "");
    const client = new BrikSync({ baseUrl: "https://together.example.com", accessToken: "token", maxRetries: 0 });
    const first = catchError(client.keys.get("k1", { timeoutMs: 200 }));
    const stop = new AbortController();
    const second = catchError(client.keys.get("k1", { signal: stop.signal }));
    expect(await first).toMatchObject({ name: "TimeoutError", outcome: "not-sent" });
    stop.abort();
    expect(await second).toMatchObject({ name: "AbortedError", outcome: "not-sent" });
    expect(await proxy.hasNoConnectionsLeft()).toBe(true);
  });
});

describe("the connector", () => {
  /** Opens one connection. Resolves with its error, or with null if it succeeds. */
  const connect = (connector: Connector, target: Parameters<OpenConnection>[0]): Promise<Error | null> =>
    new Promise((resolve) => connector.connect(target, (...[error]) => resolve(error)));

  it.each(["http:", "https:"])(
    "K-09 ends an attempt at its own time limit, however long the call may wait (%s)",
    async (protocol) => {
      const peer = await startPeer(() => {});
      const open = buildConnector({ timeout: 0 });
      const server = { protocol, hostname: "127.0.0.1", host: `127.0.0.1:${peer.port}`, port: String(peer.port) };
      const findProxy = (): ProxyServer | null =>
        protocol === "http:" ? { ...server, variable: "http_proxy", authorize: () => null } : null;
      const connector = new Connector({ open, findProxy, timeoutMs: 200 });
      const error = await connect(connector, server);
      expect(error).toMatchObject({
        code: "ETIMEDOUT",
        message: expect.stringContaining("no connection within 200 ms"),
      });
      expect(await peer.hasNoConnectionsLeft()).toBe(true);
    },
  );

  it.each(["UND_ERR_SOCKET", "UND_ERR_INFO"])(
    "K-09 never fails with the code %s, after which undici would retry forever",
    async (code) => {
      const fail = ((_target, callback) => {
        queueMicrotask(() => callback(Object.assign(new Error("other side closed"), { code }), null));
      }) as OpenConnection;
      const connector = new Connector({ open: fail, findProxy: () => null, timeoutMs: 1_000 });
      const error = await connect(connector, { protocol: "http:", hostname: "127.0.0.1", port: "1" });
      expect(error).toMatchObject({ code: "ECONNRESET", message: "other side closed" });
    },
  );
});

describe("a server", () => {
  const call = (baseUrl: string) =>
    catchError(new BrikSync({ baseUrl, accessToken: "token", timeoutMs: 1_000 }).keys.create({ name: "CRM" }));

  it.each([
    ["never answers the TLS handshake", () => {}],
    ["closes during the TLS handshake", (socket: Socket) => socket.destroy()],
  ] as const)("K-09 that %s gets one connection per attempt, and none outlives the call", async (_name, react) => {
    const server = await startPeer(react);
    const error = await call(`https://127.0.0.1:${server.port}`);
    expect(error).toMatchObject({ outcome: "not-sent" });
    expect(await server.hasNoConnectionsLeft()).toBe(true);
    expect(server.connections).toBe(error.attempts);
  });

  it("K-09 that accepts and closes connections gets one connection per attempt", async () => {
    const server = await startPeer(
      () => {},
      (socket) => socket.end(),
    );
    const error = await call(server.url);
    expect(await server.hasNoConnectionsLeft()).toBe(true);
    expect(server.connections).toBeLessThanOrEqual(error.attempts);
  });

  it("K-09 whose host name does not exist is looked up once per attempt", async () => {
    const error = await call("https://no-such-host.invalid");
    expect(error).toMatchObject({ name: "ConnectionError", outcome: "not-sent" });
    expect(error.attempts).toBeLessThanOrEqual(3);
  });
});

it.each(["closes the connection", "never responds", "never answers the TLS handshake"])(
  "K-09 lets the process end behind a proxy that %s",
  async (name) => {
    const proxy = await startPeer(proxies[name]?.react ?? (() => {}));
    const timeoutMs = name.includes("never") ? 300 : 20_000;
    const script = `
    const { BrikSync } = await import(${JSON.stringify(entry)});
    const client = new BrikSync({ baseUrl: "https://api.example.com", accessToken: "token", timeoutMs: ${timeoutMs}, maxRetries: 0 });
    console.log((await client.keys.get("k1").catch((error) => error)).name);
    setTimeout(() => { console.log("still running"); process.exit(1); }, ${longMs}).unref();`;
    const env = { PATH: process.env["PATH"] ?? "", HTTPS_PROXY: proxy.url };
    const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
    const output = await new Promise((resolve, reject) => {
      execFile(process.execPath, args, { env }, (error, stdout) =>
        error === null ? resolve(stdout.trim()) : reject(error),
      );
    });
    expect(output).toBe(name === "closes the connection" ? "ConnectionError" : "TimeoutError");
    expect(proxy.connections).toBe(1);
  },
);
