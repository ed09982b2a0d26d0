import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { findMissingPrograms } from "../../../../tools/installed-programs.ts";
import { makeCertificate } from "../support/certificate.ts";
import { useHome } from "../support/lifetimes.ts";
import { sendJson } from "../support/stub-server.ts";
import { startTunnel, type Tunnel } from "../support/tunnel.ts";

const server = "https://api.example.com";
const home = useHome(() => ({ BRIKSYNC_SERVER: server, BRIKSYNC_TOKEN: "t" }));

/** Starts a proxy for the running test. */
async function startProxy(targetPort: number | null): Promise<Tunnel> {
  const tunnel = await startTunnel(targetPort);
  onTestFinished(() => tunnel.stop());
  return tunnel;
}

/** Starts a TLS server with a self-signed certificate for api.example.com and without keys. */
async function startTlsServer(): Promise<{ port: number; certificate: string }> {
  const { path, key, cert } = makeCertificate(home.directory, "api.example.com");
  const tls = createServer({ key, cert }, (_request, response) => sendJson(response, 200, []));
  await new Promise<void>((resolve) => tls.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    tls.closeAllConnections();
    tls.close();
  });
  return { port: (tls.address() as AddressInfo).port, certificate: path };
}

describe("C-06 behind a proxy", () => {
  it.skipIf(findMissingPrograms("openssl") !== undefined)(
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
  ])("exits with 2 for %s=%s, and names the variable but not its value", async (name, value) => {
    for (const args of [["keys", "list"], ["keys", "list", "--debug", "-o", "json"], ["doctor"]]) {
      const result = await home.run(args, { env: { [name]: value } });
      expect(result.exitCode, result.stderr).toBe(2);
      expect(result.stdout + result.stderr).toContain(`${name} `);
      expect(result.stdout + result.stderr).not.toContain("hunter2");
    }
  });
});
