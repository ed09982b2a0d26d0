import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { useHome } from "./support/lifetimes.ts";
import { sendJson } from "./support/odd-server.ts";

const server = "https://api.example.com";
const home = useHome(() => ({ BRIKSYNC_SERVER: server, BRIKSYNC_TOKEN: "t" }));

interface Proxy {
  readonly port: number;
  readonly asked: { readonly target: string; readonly authorization: string | undefined }[];
}

/** A proxy that tunnels every CONNECT to one port of this machine, or refuses it. */
async function startProxy(targetPort: number | null): Promise<Proxy> {
  const asked: Proxy["asked"] = [];
  const proxy = createServer((_request, response) => response.writeHead(400).end());
  proxy.on("connect", (request, socket, head) => {
    asked.push({ target: request.url ?? "", authorization: request.headers["proxy-authorization"] });
    socket.on("error", () => {});
    if (targetPort === null) return void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const upstream = connect(targetPort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { port: (proxy.address() as AddressInfo).port, asked };
}

/** A TLS server that holds a certificate of its own for api.example.com and knows no keys. */
async function startTlsServer(): Promise<{ port: number; certificate: string }> {
  const [key, certificate] = [join(home.directory, "key.pem"), join(home.directory, "cert.pem")];
  const names = ["-subj", "/CN=api.example.com", "-addext", "subjectAltName=DNS:api.example.com"];
  const files = ["-keyout", key, "-out", certificate];
  const made = spawnSync("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "3",
    ...files,
    ...names,
  ]);
  expect(made.status).toBe(0);
  const tls = createHttpsServer({ key: await readFile(key), cert: await readFile(certificate) }, (_request, response) =>
    sendJson(response, 200, []),
  );
  await new Promise<void>((resolve) => tls.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    tls.closeAllConnections();
    tls.close();
  });
  return { port: (tls.address() as AddressInfo).port, certificate };
}

describe("C-06 behind a proxy", () => {
  it.skipIf(spawnSync("openssl", ["version"]).status !== 0)(
    "opens a tunnel and checks the server's certificate inside it (needs openssl)",
    async () => {
      const tls = await startTlsServer();
      const proxy = await startProxy(tls.port);
      const env = { HTTPS_PROXY: `http://user:pw@127.0.0.1:${proxy.port}` };
      const trusting = await home.run(["keys", "list", "-o", "json"], {
        env: { ...env, NODE_EXTRA_CA_CERTS: tls.certificate },
      });
      expect(trusting).toMatchObject({ exitCode: 0, stdout: "[]\n" });
      const authorization = `Basic ${Buffer.from("user:pw").toString("base64")}`;
      expect(proxy.asked).toEqual([{ target: "api.example.com:443", authorization }]);
      const doubting = await home.run(["keys", "list"], { env });
      expect(doubting).toMatchObject({ exitCode: 8, stdout: "" });
      expect(doubting.stderr).toMatch(/self-signed certificate/);
    },
  );

  it("reports the response of a proxy that refuses, without the proxy password", async () => {
    const proxy = await startProxy(null);
    const env = { https_proxy: `http://user:hunter2@127.0.0.1:${proxy.port}` };
    const result = await home.run(["keys", "list", "--timeout", "3"], { env });
    expect(result).toMatchObject({ exitCode: 8, stdout: "" });
    expect(result.stderr).toContain("403");
    expect(result.stderr).not.toContain("hunter2");
    expect(proxy.asked[0]?.target).toBe("api.example.com:443");
  });

  it.each([
    ["HTTPS_PROXY", "http://user:hunter2@[bad"],
    ["https_proxy", "hunter2"],
    ["HTTP_PROXY", "ftp://user:hunter2@127.0.0.1"],
    ["HTTPS_PROXY", "http://user:hunter2%zz@127.0.0.1:9"],
  ])("is exit 2 for %s=%s, names the variable and keeps its value to itself", async (name, value) => {
    for (const args of [["keys", "list"], ["keys", "list", "--debug", "-o", "json"], ["doctor"]]) {
      const result = await home.run(args, { env: { [name]: value } });
      expect(result.exitCode, result.stderr).toBe(2);
      expect(result.stdout + result.stderr).toContain(`${name} `);
      expect(result.stdout + result.stderr).not.toContain("hunter2");
    }
  });
});
