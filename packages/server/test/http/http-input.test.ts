import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { expectRawError } from "../support/expect-raw-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { openRawSocket, type RawResponse, sendRaw } from "../support/raw-socket.ts";

const auth = "/external/v1/auth";

describe("raw input over the socket", () => {
  const server = useServer();
  const admin = useAdmin(server);

  const send = (lines: readonly string[], body = ""): Promise<RawResponse> =>
    sendRaw(server.url, `${lines.join("\r\n")}\r\n\r\n${body}`);

  describe("headers", () => {
    const bearer = (): string => `authorization: Bearer ${admin.token}`;

    it.each(["authorization", "host", "x-api-key", "x-api-secret", "content-type", "idempotency-key"])(
      "S-33 refuses %s sent twice, with the same value or not",
      async (name) => {
        for (const values of [
          ["a", "a"],
          ["a", "b"],
        ]) {
          const lines = [
            `POST ${auth}/keys HTTP/1.1`,
            ...(name === "host" ? [] : ["host: x"]),
            ...values.map((value, index) => `${index === 0 ? name : name.toUpperCase()}: ${value}`),
            "content-length: 0",
          ];
          expectRawError(await send(lines), 400, `The header ${name} was sent twice`);
        }
      },
    );

    it("S-33 refuses a second Authorization header even if both are valid", async () => {
      expectRawError(await send([`GET ${auth}/me HTTP/1.1`, "host: x", bearer(), bearer()]), 400, /twice/);
    });

    it("S-33 refuses a request without Host, and more than one length", async () => {
      expectRawError(await send([`GET ${auth}/me HTTP/1.1`, bearer()]), 400, /Host/);
      expect((await send([`GET ${auth}/me HTTP/1.0`, bearer()])).status).toBe(200);
      const lengths = [`POST ${auth}/keys HTTP/1.1`, "host: x", bearer(), "content-length: 1", "content-length: 2"];
      expectRawError(await send(lengths, "{}"), 400, "The request is not valid HTTP");
      const smuggled = [
        `POST ${auth}/keys HTTP/1.1`,
        "host: x",
        bearer(),
        "content-length: 2",
        "transfer-encoding: chunked",
      ];
      expectRawError(await send(smuggled, "0\r\n\r\n"), 400, "The request is not valid HTTP");
    });

    it("S-33 returns 431 for headers over 16 KiB", async () => {
      const response = await send([`GET ${auth}/me HTTP/1.1`, "host: x", `x-filler: ${"x".repeat(20_000)}`]);
      expectRawError(response, 431, "The headers are too large");
      expectRawError(await send([`GET /${"x".repeat(20_000)} HTTP/1.1`, "host: x"]), 431, "The headers are too large");
    });

    it("S-33 returns a documented 400 for garbage, and 417 for an unsupported Expect header", async () => {
      expectRawError(await send(["GIMME THINGS"]), 400, "The request is not valid HTTP");
      expectRawError(await send(["GET / HTTP/9.9", "host: x"]), 400, "The request is not valid HTTP");
      expectRawError(
        await send([`GET ${auth}/me HTTP/1.1`, "host: x", "x: \u0000"]),
        400,
        "The request is not valid HTTP",
      );
      const expectation = await send([
        `POST ${auth}/signin HTTP/1.1`,
        "host: x",
        "expect: wonders",
        "content-length: 0",
      ]);
      expectRawError(expectation, 417, /Expect/);
    });

    it("S-33 does not write an error into another response", async () => {
      for (let attempt = 0; attempt < 5; attempt++) {
        const raw = await openRawSocket(server.url);
        raw.socket.once("data", () => raw.send("GIMME THINGS\r\n\r\n"));
        raw.send("GET /api/docs/ui/static/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n\r\n");
        const text = await raw.ended();
        const headers = text.slice(0, text.indexOf("\r\n\r\n") + 4);
        expect(headers).toMatch(/^HTTP\/1\.1 200 /);
        const refusal = text.indexOf("HTTP/1.1 400");
        const end = headers.length + Number(/content-length: (\d+)/i.exec(headers)?.[1]);
        expect(end).toBeGreaterThan(1_000_000);
        if (refusal !== -1) expect(refusal).toBe(end);
      }
    });

    it("S-33 closes the connection after an error, even if the client does not", async () => {
      const countConnections = (): Promise<number> =>
        new Promise((resolve) => server.app.server.getConnections((_error, count) => resolve(count)));
      const before = await countConnections();
      const raw = await openRawSocket(server.url, { allowHalfOpen: true });
      raw.send("GIMME THINGS\r\n\r\n");
      await raw.ended();
      await expect.poll(countConnections).toBeLessThanOrEqual(before);
      raw.destroy();
    });
  });

  describe("paths and methods", () => {
    it("S-33 returns documented errors for paths that are invalid or do not exist", async () => {
      const request = (target: string): Promise<RawResponse> => send([`GET ${target} HTTP/1.1`, "host: x"]);
      expectRawError(await request(`${auth}/keys/%zz`), 400, "The path has an invalid encoding");
      expectRawError(await request(`${auth}/keys/%c0%af`), 400, "The path has an invalid encoding");
      for (const target of ["/external/v1", `${auth}//keys`, `${auth}/Keys`, `${auth}/nothing?x=%zz`]) {
        expectRawError(await request(target), 404, "Resource does not exist");
      }
      expectRawError(await send(["OPTIONS * HTTP/1.1", "host: x"]), 404, "Resource does not exist");
      expectRawError(
        await send([`PUT ${auth}/keys HTTP/1.1`, "host: x", "content-length: 0"]),
        404,
        "Resource does not exist",
      );
      expectRawError(await send([`PROPFIND ${auth}/keys HTTP/1.1`, "host: x"]), 404, "Resource does not exist");
      expectRawError(
        await send(["GET http://elsewhere.example/nothing HTTP/1.1", "host: x"]),
        404,
        "Resource does not exist",
      );
    });

    it("S-68 handles HEAD like GET, without the body, on every route with GET", async () => {
      const { token } = admin;
      const created = await server.call("POST", `${auth}/keys`, { token, json: { name: "head" } });
      const { id, clientSecret } = created.body;
      const volatile = new Set(["x-request-id", "date", "content-length", "ratelimit-remaining", "ratelimit-reset"]);
      for (const [path, credential, status] of [
        ["/api/health", token, 200],
        ["/api/health/ready", token, 200],
        ["/metrics", token, 200],
        ["/login", token, 200],
        ["/api/docs", token, 200],
        ["/api/docs/ui", token, 200],
        ["/api/auth/start?provider=none", token, 303],
        ["/nothing", token, 404],
        ["/%zz", token, 400],
        [`${auth}/me`, token, 200],
        [`${auth}/me`, "wrong", 401],
        [`${auth}/keys?limit=1`, token, 200],
        [`${auth}/keys?limit=0`, token, 422],
        [`${auth}/keys/${id}`, token, 200],
        [`${auth}/keys/nobody`, token, 404],
        [`${auth}/keys/${id}/rotations`, token, 200],
        [`${auth}/keys/${id}/ip-allowlist`, token, 200],
        [`${auth}/audit?limit=1`, token, 200],
        [`${auth}/verify`, clientSecret, 200],
        [`${auth}/verify`, "wrong", 401],
      ] as const) {
        const get = await server.call("GET", path, { token: credential });
        const head = await server.call("HEAD", path, { token: credential });
        expect([head.status, head.text], path).toEqual([status, ""]);
        const compare = ({ headers }: HttpResponse): object =>
          Object.fromEntries(Object.entries(headers).filter(([name]) => !volatile.has(name)));
        expect(compare(head), path).toEqual({
          ...compare(get),
          ...(head.headers["link"] === undefined ? {} : { link: head.headers["link"] }),
        });
        // Only the metrics change from one request to the next.
        const isSteady = !["/metrics", `${auth}/me`].includes(path) && get.headers["content-length"] !== undefined;
        if (isSteady) expect(head.headers["content-length"], path).toBe(get.headers["content-length"]);
      }
      const after = await server.call("GET", `${auth}/keys/${id}`, { token });
      expect(after.body.status).toBe("active");
    });

    it("S-68 returns 404 for HEAD on routes without GET", async () => {
      for (const path of [`${auth}/signin`, `${auth}/keys/x/revoke`, "/api/webhooks/stripe", "/api/cron/maintenance"]) {
        expect((await server.call("HEAD", path, { token: admin.token })).status, path).toBe(404);
      }
    });

    it("S-33 the /api plane returns errors in its own documented format", async () => {
      for (const [path, status, error, code] of [
        ["/api/nothing", 404, "Resource does not exist", "NOT_FOUND"],
        ["/api/%zz", 400, "The path has an invalid encoding", "BAD_REQUEST"],
      ] as const) {
        const response = await server.call("GET", path);
        expect(response.status).toBe(status);
        expect(response.body).toEqual({ data: null, error, code });
        expect(response.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
      }
    });

    it("S-33 every response has its own request ID and is not cached", async () => {
      const ids = new Set<string>();
      for (const path of [
        "/api/health",
        "/api/health/ready",
        "/metrics",
        "/api/docs",
        "/api/docs/ui",
        `${auth}/me`,
        "/nothing",
      ]) {
        const response = await server.call("GET", path, { token: admin.token, headers: { "x-request-id": "mine" } });
        expect(response.headers["x-request-id"], path).toMatch(/^[0-9a-f-]{36}$/);
        ids.add(String(response.headers["x-request-id"]));
      }
      expect(ids.size).toBe(7);
    });

    it("S-34 IDs and filters with names of the object prototype find nothing", async () => {
      for (const name of ["__proto__", "constructor", "prototype", "hasOwnProperty"]) {
        const { token } = admin;
        expectError(await server.call("GET", `${auth}/keys/${name}`, { token }), "NOT_FOUND");
        for (const filter of ["keyId", "actorId", "action"]) {
          expect((await server.call("GET", `${auth}/audit?${filter}=${name}`, { token })).body).toEqual([]);
        }
      }
    });
  });
});
