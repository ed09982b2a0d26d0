import { METHODS } from "node:http";
import { describe, expect, it } from "vitest";
import { asBearer } from "../support/keys.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { openRawSocket, parseRawResponse } from "../support/raw-socket.ts";
import { useVerifyCalls } from "../support/verify-calls.ts";

const path = "/external/v1/auth/verify";

describe("verify", () => {
  const server = useServer({ TRUSTED_PROXIES: "127.0.0.1", RATE_LIMIT_BURST: "10000" });
  const admin = useAdmin(server);
  const { key, ask } = useVerifyCalls(server, admin);

  describe("calls from a proxy", () => {
    it("S-30 returns the same for every method", async () => {
      for (const method of METHODS.filter((name) => name !== "CONNECT")) {
        const response = await ask(asBearer(key), method);
        expect(response.status, method).toBe(200);
        expect(response.headers["x-briksync-key-id"], method).toBe(key.id);
        if (method !== "HEAD") expect(response.body.keyId, method).toBe(key.id);
        expect((await ask({}, method)).status, method).toBe(401);
      }
    });

    it("S-33 ignores a body of any type", async () => {
      const bodies: [string, Buffer | string][] = [
        ["application/json", "{not json"],
        ["application/json", "{}".repeat(100_000)],
        ["text/plain", "hello"],
        ["application/x-www-form-urlencoded", "a=b"],
        ["nonsense", "x"],
        [";;;", "x"],
        ["application/octet-stream", Buffer.alloc(1_000_000)],
      ];
      for (const method of ["POST", "PUT", "PATCH", "DELETE", "GET", "QUERY", "PROPFIND"]) {
        for (const [contentType, body] of bodies) {
          const headers = { ...asBearer(key), "content-type": contentType, "content-encoding": "gzip" };
          const { status } = await server.call(method, path, { headers, body });
          expect(status, `${method} ${contentType}`).toBe(200);
        }
      }
    });

    it("S-33 does not wait for the body", async () => {
      const raw = await openRawSocket(server.url);
      raw.send(
        `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key.clientSecret}\r\ncontent-length: 1000000000\r\n\r\n`,
      );
      const response = parseRawResponse(await raw.until((text) => text.includes(key.id)));
      raw.destroy();
      expect(response.status).toBe(200);
    });
  });
});
