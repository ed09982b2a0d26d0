import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { findMissingPrograms } from "../../../../tools/installed-programs.ts";
import { makeCertificate } from "../support/certificate.ts";
import { runDoctor } from "../support/doctor.ts";
import { useHome, useServer } from "../support/lifetimes.ts";
import { makeSessionInfo, sendJson } from "../support/stub-server.ts";

const server = useServer();
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url, BRIKSYNC_STORAGE: "file" }));

describe("https and http", () => {
  it("reports https on an http port, and does not blame the certificate authority", async () => {
    const port = new URL(server.url).port;
    const env = { BRIKSYNC_SERVER: `https://127.0.0.1:${port}`, BRIKSYNC_TOKEN: "t" };
    const { find } = await runDoctor(home, env);
    expect(find("certificate")).toMatchObject({
      status: "failed",
      hint: expect.stringContaining("The server at this port does not use TLS."),
    });
    const command = await home.run(["whoami"], { env });
    expect(command.exitCode).toBe(8);
    expect(command.stderr).toContain("The server at this port does not use TLS.");
  });
});

describe.skipIf(findMissingPrograms("openssl") !== undefined)("C-06 certificates (needs openssl)", () => {
  it("are verified even with NODE_TLS_REJECT_UNAUTHORIZED=0, and a private authority can be trusted", async () => {
    const { path, key, cert } = makeCertificate(home.directory, "localhost");
    const requests: string[] = [];
    const tls = createServer({ key, cert }, (request, response) => {
      requests.push(request.url ?? "");
      sendJson(response, 200, makeSessionInfo());
    });
    await new Promise<void>((resolve) => tls.listen(0, "localhost", resolve));
    const env = { BRIKSYNC_SERVER: `https://localhost:${(tls.address() as AddressInfo).port}`, BRIKSYNC_TOKEN: "t" };
    try {
      const plain = { ...env, BRIKSYNC_SERVER: env.BRIKSYNC_SERVER.replace("https:", "http:") };
      expect((await runDoctor(home, plain)).find("http")).toMatchObject({
        status: "failed",
        message: expect.stringContaining("expects https, not http"),
        hint: `Use ${env.BRIKSYNC_SERVER}`,
      });
      for (const extra of [{}, { NODE_TLS_REJECT_UNAUTHORIZED: "0" }]) {
        const whoami = await home.run(["whoami"], { env: { ...env, ...extra } });
        expect(whoami).toMatchObject({ exitCode: 8, stdout: "" });
        expect(whoami.stderr).toContain("NODE_EXTRA_CA_CERTS");
        const { find } = await runDoctor(home, { ...env, ...extra });
        expect(find("certificate")).toMatchObject({ status: "failed", exitCode: 8 });
      }
      expect(requests).toEqual([]);
      expect((await home.run(["whoami"], { env: { ...env, NODE_EXTRA_CA_CERTS: path } })).exitCode).toBe(0);
      const { find } = await runDoctor(home, { ...env, NODE_EXTRA_CA_CERTS: path });
      expect(find("certificate")).toMatchObject({ status: "warning", message: expect.stringContaining("more days") });
    } finally {
      tls.closeAllConnections();
      tls.close();
    }
  });
});
