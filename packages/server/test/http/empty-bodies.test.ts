import { beforeAll, describe, expect, it } from "vitest";
import { createTestKey, type TestKey } from "../support/keys.ts";
import { useServer } from "../support/lifetimes.ts";
import { createSignedIn, type SignedIn, signInPerson } from "../support/people.ts";
import { openRawSocket, parseRawResponse, type RawResponse, sendRaw } from "../support/raw-socket.ts";

const auth = "/external/v1/auth";
const cronSecret = "cron-secret-cron-secret";

/** Header that a browser sends on a page of the server. Calls with a session cookie need it, and others ignore it. */
const ownPage = "sec-fetch-site: same-origin\r\n";

/** Framings of a request without a body, as clients, HTTP libraries and tunnels send them. */
const framings: [string, string, string][] = [
  ["Content-Length: 0", "content-length: 0\r\n", ""],
  ["no chunk", "transfer-encoding: chunked\r\n", "0\r\n\r\n"],
  ["no chunk but a trailer", "transfer-encoding: chunked\r\ntrailer: x-sum\r\n", "0\r\nx-sum: 1\r\n\r\n"],
  ["no chunk, and a chunk extension", "transfer-encoding: chunked\r\n", "0;last\r\n\r\n"],
];
const contentTypes = [
  "application/json",
  "application/json; charset=utf-8",
  "application/json; charset=utf-16",
  "application/x-www-form-urlencoded",
  "text/plain;charset=UTF-8",
  "application/octet-stream",
  "multipart/form-data; boundary=x",
  "",
  ";;",
  "json",
];

describe("requests without a body", () => {
  const server = useServer({ CRON_SECRET: cronSecret, STRIPE_WEBHOOK_SECRET: "whsec_0123456789abcdef" });
  let admin: SignedIn;
  let key: TestKey;
  beforeAll(async () => {
    admin = await createSignedIn(server);
    key = await createTestKey(server, admin.token);
  });

  const send = (method: string, path: string, token: string, lines: string, body = ""): Promise<RawResponse> =>
    sendRaw(
      server.url,
      `${method} ${path} HTTP/1.1\r\nhost: x\r\n${ownPage}authorization: Bearer ${token}\r\n${lines}\r\n${body}`,
    );

  /** Every operation that can be called without a body, with the status of such a call. */
  const operations: [string, string, () => string | Promise<string>, () => string, number][] = [
    ["POST", "rotate", () => admin.token, () => `${auth}/keys/${key.id}/rotate`, 200],
    ["POST", "revoke", () => admin.token, () => `${auth}/keys/${key.id}/revoke`, 200],
    ["POST", "finish", () => admin.token, () => `${auth}/keys/${key.id}/rotations/x/finish`, 409],
    ["POST", "abort", () => admin.token, () => `${auth}/keys/${key.id}/rotations/x/abort`, 409],
    ["POST", "renew", () => admin.token, () => `${auth}/keys/${key.id}/rotations/x/renew`, 409],
    ["DELETE", "disallowIp", () => admin.token, () => `${auth}/keys/${key.id}/ip-allowlist/x`, 404],
    ["GET", "listKeys", () => admin.token, () => `${auth}/keys`, 200],
    ["POST", "a job", () => cronSecret, () => "/api/cron/maintenance", 200],
    ["POST", "a billing event", () => admin.token, () => "/api/webhooks/stripe", 401],
    ["POST", "the browser's sign-out", () => admin.token, () => "/api/auth/signout", 303],
    // These operations need a body, so the response reports that it is missing.
    ["POST", "signIn", () => admin.token, () => `${auth}/signin`, 422],
    ["POST", "createKey", () => admin.token, () => `${auth}/keys`, 422],
    ["POST", "signOut", async () => (await signInPerson(server, admin)).token, () => `${auth}/signout`, 204],
  ];

  it.each(operations)(
    "S-64 %s of %s handles them alike with every framing",
    async (method, what, token, path, status) => {
      if (what === "rotate") key = await createTestKey(server, admin.token);
      const seen = new Map([["no length", (await send(method, path(), await token(), "")).status]]);
      for (const [index, [name, lines, body]] of framings.entries()) {
        seen.set(name, (await send(method, path(), await token(), lines, body)).status);
        // Trying all types with every framing would take too long.
        for (const type of index > 1 || what === "signOut" ? contentTypes.slice(3, 4) : contentTypes) {
          const framed = await send(method, path(), await token(), `content-type: ${type}\r\n${lines}`, body);
          seen.set(`${name}, ${type}`, framed.status);
        }
      }
      expect(Object.fromEntries([...seen].filter(([, seenStatus]) => seenStatus !== status))).toEqual({});
    },
  );

  it("S-64 verify returns the same on the fast path and the regular route", async () => {
    const { clientSecret } = await createTestKey(server, admin.token);
    for (const method of ["GET", "POST", "PUT", "DELETE", "OPTIONS", "QUERY"]) {
      for (const [name, lines, body] of framings) {
        for (const type of ["", "content-type: text/plain\r\n", "content-type:\r\n"]) {
          const { status } = await send(method, `${auth}/verify`, clientSecret, `${type}${lines}`, body);
          expect(status, `${method}, ${name}, ${type}`).toBe(200);
        }
      }
    }
  });

  it("S-33 S-64 refuses a body that is not JSON at its first byte, announced or not", async () => {
    const url = (): string => `${auth}/keys/${key.id}/revoke`;
    for (const type of ["", "content-type: text/plain\r\n", "content-type:\r\n", "content-type: ;;\r\n"]) {
      const chunked = await send("POST", url(), admin.token, `${type}transfer-encoding: chunked\r\n`, "1\r\nx\r\n");
      expect(chunked.status, type).toBe(415);
      // The client never sends the body itself.
      const announced = await send("POST", url(), admin.token, `${type}content-length: 5\r\n`);
      expect(announced.status, type).toBe(415);
      const large = await send(
        "POST",
        url(),
        admin.token,
        `${type}transfer-encoding: chunked\r\n`,
        `fffff\r\n${"x".repeat(100_000)}`,
      );
      expect(large.status, type).toBe(415);
    }
  });
});

describe("clients that close their sending side after the request", () => {
  const server = useServer({ CRON_SECRET: cronSecret });
  let admin: SignedIn;
  beforeAll(async () => {
    admin = await createSignedIn(server);
  });

  /** Sends the request and FIN, and reads until the server closes the connection too. */
  const sendAndClose = async (request: string): Promise<string> => {
    const raw = await openRawSocket(server.url, { allowHalfOpen: true });
    raw.socket.end(request);
    const text = await raw.ended();
    raw.destroy();
    return text;
  };
  const write = (method: string, path: string, token: string, rest = ""): string =>
    `${method} ${path} HTTP/1.1\r\nhost: x\r\n${ownPage}authorization: Bearer ${token}\r\n${rest || "\r\n"}`;

  it("S-64 get their response on every kind of route", async () => {
    const key = await createTestKey(server, admin.token);
    const json = '{"name":"half"}';
    const body = `content-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`;
    const form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 0\r\n\r\n";
    const calls: [string, number][] = [
      [write("GET", `${auth}/verify`, key.clientSecret), 200],
      [write("GET", `${auth}/verify`, "wrong"), 401],
      [write("POST", `${auth}/verify`, key.clientSecret), 200],
      [write("GET", `${auth}/keys`, admin.token), 200],
      [write("HEAD", `${auth}/keys`, admin.token), 200],
      [write("POST", `${auth}/keys`, admin.token, body), 201],
      [write("POST", `${auth}/keys`, admin.token, body.replace("name", "nome")), 422],
      [write("POST", `${auth}/keys/${key.id}/revoke`, admin.token), 200],
      [write("POST", `${auth}/keys/${key.id}/revoke`, admin.token, "transfer-encoding: chunked\r\n\r\n0\r\n\r\n"), 200],
      [write("GET", "/nothing", admin.token), 404],
      [write("GET", "/login", admin.token), 200],
      [write("GET", "/metrics", admin.token), 200],
      [write("GET", "/api/docs", admin.token), 200],
      [write("POST", "/api/auth/signout", admin.token, form), 303],
      [write("POST", "/api/cron/maintenance", cronSecret), 200],
      [write("GET", "/api/health", admin.token).replace("HTTP/1.1", "HTTP/1.0"), 200],
      [write("GET", "/%zz", admin.token), 400],
      ["GIMME THINGS\r\n\r\n", 400],
    ];
    for (const [request, status] of calls) {
      expect(parseRawResponse(await sendAndClose(request)).status, request).toBe(status);
    }
  });

  it("S-64 get the new secret of a rotation", async () => {
    const key = await createTestKey(server, admin.token);
    const text = await sendAndClose(write("POST", `${auth}/keys/${key.id}/rotate`, admin.token));
    const { clientSecret } = JSON.parse(parseRawResponse(text).body);
    expect((await server.call("GET", `${auth}/verify`, { token: clientSecret })).status).toBe(200);
  });

  it("S-64 get the responses to all requests of the connection, in order", async () => {
    const { clientSecret } = await createTestKey(server, admin.token);
    const paths = [`${auth}/verify`, "/api/health", `${auth}/verify`, "/nothing"];
    const text = await sendAndClose(paths.map((path) => write("GET", path, clientSecret)).join(""));
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["200", "200", "200", "404"].map((status) => `HTTP/1.1 ${status}`));
  });

  it("S-32 S-64 that close in the middle of a request get an error, and the server closes the connection", async () => {
    for (const request of ["", "GET /", write("POST", `${auth}/keys`, admin.token, "content-length: 100\r\n\r\n{")]) {
      const text = await sendAndClose(request);
      if (request !== "") expect(text, request).toMatch(/^HTTP\/1\.1 400 /);
    }
    const countConnections = (): Promise<number> =>
      new Promise((resolve) => server.app.server.getConnections((_error, count) => resolve(count)));
    server.close();
    await expect.poll(countConnections).toBe(0);
  });
});
