import type { OutgoingHttpHeaders } from "node:http2";
import { expect, it } from "vitest";
import { describeProxies, identityHeaders } from "../support/describe-proxies.ts";
import { apiName } from "../support/edge-proxy.ts";
import { asBearer } from "../support/keys.ts";
import {
  askHttp2,
  type Headers,
  openWebSocket,
  readApiHeaders,
  sendBytesOverTls,
  sendChunked,
  sendOverTls,
} from "../support/proxied-requests.ts";

describeProxies((api) => {
  const { name, setup, key, hiddenCredentialStatus, create, call, expectIdentity, expectRefusal } = api;

  it("passes method, path, query and body unchanged", async () => {
    const body = Buffer.alloc(700_000, "x");
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const path = "/orders/a%2Fb?from=2026-01-01&q=%C3%A4";
      const response = await call(asBearer(key), { method, path, ...(method === "GET" ? {} : { body }) });
      expect(response.status, method).toBe(200);
      expect(response.body).toMatchObject({ method, url: path, bodyBytes: method === "GET" ? 0 : body.length });
    }
    expect((await call(asBearer(key), { method: "HEAD" })).status).toBe(200);
    const chunked = { "transfer-encoding": "chunked", "content-type": "application/octet-stream" };
    const sent = await sendChunked(setup.proxy, { ...asBearer(key), ...chunked }, ["first ", "second"]);
    expect(sent).toContain('"bodyBytes":12');
  });

  it.each(["127.0.0.2", "127.0.0.1"])("S-20 ignores all addresses that a client at %s claims", async (localAddress) => {
    const restricted = await create("203.0.113.7");
    const spoofs: Headers[] = [
      { "x-forwarded-for": "203.0.113.7" },
      { "x-forwarded-for": "203.0.113.7, 127.0.0.1" },
      { "x-forwarded-for": ["203.0.113.7", "203.0.113.7"] },
      { "X-FORWARDED-FOR": "203.0.113.7" },
      { x_forwarded_for: "203.0.113.7" },
      { "x-real-ip": "203.0.113.7", forwarded: "for=203.0.113.7", "true-client-ip": "203.0.113.7" },
      { "x-forwarded-for": "203.0.113.7", connection: "x-forwarded-for" },
    ];
    for (const spoof of spoofs) {
      const message = await expectRefusal({ ...asBearer(restricted), ...spoof }, "IP_NOT_ALLOWED", { localAddress });
      expect(message, JSON.stringify(spoof)).toContain(` ${localAddress},`);
      const seen = readApiHeaders(await call({ ...asBearer(key), ...spoof }, { localAddress }));
      expect(seen.get("x-forwarded-for"), JSON.stringify(spoof)).toEqual([localAddress]);
    }
  });

  it("lets no client set the identity headers, with or without a key", async () => {
    const forged = "00000000-0000-4000-8000-000000000000";
    const forgeries: Headers[] = [
      Object.fromEntries(identityHeaders.map((header) => [header, forged])),
      Object.fromEntries(identityHeaders.map((header) => [header.toUpperCase(), forged])),
      Object.fromEntries(identityHeaders.map((header) => [header.replaceAll("-", "_"), forged])),
      Object.fromEntries(identityHeaders.map((header) => [header.replace("-", "_"), forged])),
      Object.fromEntries(identityHeaders.map((header) => [header, [forged, forged]])),
      { "x-briksync-key-id": "" },
      { connection: `close, ${identityHeaders.join(", ")}` },
      { connection: identityHeaders.join(", "), "x-briksync-key-id": forged },
    ];
    for (const forgery of forgeries) {
      const seen = readApiHeaders(await call({ ...asBearer(key), ...forgery }));
      expectIdentity(seen, key);
      expect(JSON.stringify([...seen]), JSON.stringify(forgery)).not.toContain(forged);
      await expectRefusal(forgery, "MISSING_CREDENTIALS");
    }
  });

  it(`${name === "nginx" ? "passes" : "drops"} headers with briksync's prefix that briksync never sends`, async () => {
    const seen = readApiHeaders(await call({ ...asBearer(key), "X-BrikSync-Anything": "1" }));
    expect(seen.get("x-briksync-anything")).toEqual(name === "nginx" ? ["1"] : undefined);
  });

  it("S-33 refuses duplicate credentials, even if both are correct", async () => {
    const { clientId, clientSecret } = key;
    const doubled: Headers[] = [
      { authorization: [`Bearer ${clientSecret}`, `Bearer ${clientSecret}`] },
      { "x-api-key": [clientId, clientId], "x-api-secret": clientSecret },
      { "x-api-key": clientId, "x-api-secret": [clientSecret, "x"] },
    ];
    const before = await setup.countRequests();
    for (const headers of doubled) expect((await call(headers)).status, JSON.stringify(headers)).toBe(400);
    expect(await setup.countRequests()).toBe(before);
  });

  it("S-33 never passes a credential that the client lists in Connection to the API", async () => {
    const before = await setup.countRequests();
    const { status, text } = await call({ ...asBearer(key), connection: "authorization" });
    expect(status).toBe(hiddenCredentialStatus);
    expect(text).not.toContain(key.clientSecret);
    expect((await setup.countRequests()) - before).toBe(status === 200 ? 1 : 0);
  });

  it("supports HTTP/2 with the same rules", async () => {
    const ask = (headers: OutgoingHttpHeaders) => askHttp2(setup.proxy, { ":path": "/orders", ...headers });
    const accepted = await ask({ authorization: `Bearer ${key.clientSecret}`, "x-briksync-key-id": "forged" });
    expect(accepted.headers[":status"]).toBe(200);
    expect(accepted.text).toContain(key.id);
    expect(accepted.text).not.toContain("forged");
    const refused = await ask({ authorization: "Bearer wrong" });
    expect(refused.headers).toMatchObject({ ":status": 401, "www-authenticate": 'Bearer realm="briksync"' });
    expect(JSON.parse(refused.text).error.type).toBe("INVALID_CREDENTIALS");
    const doubled = await ask({ "x-api-key": [key.clientId, key.clientId], "x-api-secret": key.clientSecret });
    expect(doubled.headers[":status"]).toBe(400);
  });

  it("opens a WebSocket only for a valid key", async () => {
    const accepted = await openWebSocket(setup.proxy, asBearer(key));
    expect(accepted).toMatch(/^HTTP\/1\.1 101 /);
    expect(accepted).toContain(key.id);
    expect(accepted).not.toContain(key.clientSecret);
    expect(accepted).toMatch(/ping over the socket$/);
    const before = await setup.countRequests();
    expect(await openWebSocket(setup.proxy, {})).toMatch(/^HTTP\/1\.1 401 /);
    expect(await setup.countRequests()).toBe(before);
  });

  it("S-67 passes only the word websocket, in any spelling of the client", async () => {
    for (const upgrade of ["websocket", "WebSocket", "WEBSOCKET"]) {
      const accepted = await openWebSocket(setup.proxy, asBearer(key), upgrade);
      expect(accepted, upgrade).toMatch(/^HTTP\/1\.1 101 /);
      expect(accepted.toLowerCase(), upgrade).toContain('"upgrade","websocket"');
    }
  });

  it("S-67 opens no HTTP/2 tunnel to an API that supports it, whatever the client sends", async () => {
    const settings = { "http2-settings": "AAMAAABkAAQAoAAAAAIAAAAA" };
    const offers: [string, string | string[]][] = [
      ["Upgrade, HTTP2-Settings", "h2c"],
      ["upgrade,http2-settings", "H2C"],
      ["Upgrade", "h2c"],
      ["HTTP2-Settings , Upgrade", " h2c "],
      ["Upgrade, HTTP2-Settings", "websocket, h2c"],
      ["Upgrade, HTTP2-Settings", "h2c, websocket"],
      ["Upgrade, HTTP2-Settings", "h2c,websocket"],
      ["Upgrade, HTTP2-Settings", ["h2c", "websocket"]],
      ["Upgrade, HTTP2-Settings", ["websocket", "h2c"]],
      ["Upgrade, HTTP2-Settings", "h2c/1"],
      ["Upgrade, HTTP2-Settings", "xwebsocket h2c"],
      ["Upgrade, X-Briksync-Key-Id", "h2c"],
      ["keep-alive, Upgrade", "h2c"],
    ];
    for (const [connection, upgrade] of offers) {
      const what = JSON.stringify([connection, upgrade]);
      const received = await sendOverTls(
        setup.proxy,
        "GET",
        { ...asBearer(key), ...settings, connection, upgrade },
        "",
        (text, socket) => {
          if (/\r\n\r\n[\s\S]*[}>]\s*$/.test(text) || text.startsWith("HTTP/1.1 101")) socket.destroy();
        },
      );
      // The API would offer h2c. Of two headers, the proxy may pass the one with WebSocket.
      expect(received, what).not.toMatch(/h2c|http2-settings/i);
      expect(received, what).toMatch(
        Array.isArray(upgrade) ? /^HTTP\/1\.1 (?:101|200|400) / : /^HTTP\/1\.1 (?:200|400) /,
      );
      if (received.startsWith("HTTP/1.1 101")) expect(received, what).toMatch(/upgrade: websocket/i);
    }
  });

  it("S-67 opens no tunnel for CONNECT, over HTTP/1.1 and HTTP/2", async () => {
    const before = await setup.countRequests();
    const smuggled = `GET /orders HTTP/1.1\r\nhost: ${apiName}\r\nx-briksync-key-id: forged\r\n\r\n`;
    for (const target of [`${apiName}:443`, "/orders", `https://${apiName}/orders`]) {
      for (const framing of ["", "transfer-encoding: chunked\r\n", `content-length: ${smuggled.length}\r\n`]) {
        const head = `CONNECT ${target} HTTP/1.1\r\nhost: ${apiName}\r\nauthorization: Bearer ${key.clientSecret}\r\n${framing}connection: close\r\n\r\n`;
        const received = await sendBytesOverTls(setup.proxy, `${head}${smuggled}`);
        // The API repeats each request. Caddy returns an empty 200 for a name with a port, and asks no server.
        expect(received, head).not.toContain("rawHeaders");
      }
    }
    const overHttp2 = await askHttp2(
      setup.proxy,
      { ":method": "CONNECT", ":authority": apiName, authorization: `Bearer ${key.clientSecret}` },
      smuggled,
    ).catch(() => null);
    expect(overHttp2?.text ?? "").not.toContain("rawHeaders");
    expect(Number(overHttp2?.headers[":status"] ?? 400)).toBeGreaterThanOrEqual(400);
    expect(await setup.countRequests()).toBe(before);
  });

  it("S-67 also checks requests in absolute form, by the name in their URL", async () => {
    const ask = (credential: string): Promise<string> =>
      sendBytesOverTls(
        setup.proxy,
        `GET https://${apiName}/orders HTTP/1.1\r\nhost: ${apiName}\r\n${credential}x-briksync-key-id: forged\r\nconnection: close\r\n\r\n`,
      );
    const accepted = await ask(`authorization: Bearer ${key.clientSecret}\r\n`);
    expect(accepted).toMatch(/^HTTP\/1\.1 200 /);
    expect(accepted).toContain(key.id);
    expect(accepted).not.toContain("forged");
    expect(await ask("")).toMatch(/^HTTP\/1\.1 401 /);
  });
});
