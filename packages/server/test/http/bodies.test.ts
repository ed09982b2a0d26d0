import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { expectRawError } from "../support/expect-raw-error.ts";
import { createTestKey } from "../support/keys.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { externalOperations, fillPath } from "../support/operations.ts";
import { openRawSocket, parseRawResponse, type RawResponse, sendRaw } from "../support/raw-socket.ts";

const auth = "/external/v1/auth";

describe("bodies", () => {
  const server = useServer();
  const admin = useAdmin(server);

  const send = (lines: readonly string[], body = ""): Promise<RawResponse> =>
    sendRaw(server.url, `${lines.join("\r\n")}\r\n\r\n${body}`);
  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    server.call("POST", `${auth}${path}`, {
      token: admin.token,
      body,
      headers: { "content-type": "application/json", ...headers },
    });

  const withBody = externalOperations.flatMap(({ method, path, body, isForm }): [string, string, object][] =>
    body === undefined || isForm === true ? [] : [[method, fillPath(path), body]],
  );
  it.each(withBody)(
    "S-33 %s %s refuses malformed and oversized bodies, other types and unknown fields",
    async (method, path, good) => {
      const send = (body: string, type = "application/json") =>
        server.call(method, path, { token: admin.token, body, headers: { "content-type": type } });
      const text = JSON.stringify(good);
      expectError(await send(`${text.slice(0, -1)},`), "BAD_REQUEST");
      expectError(await send(text, "text/plain"), "UNSUPPORTED_MEDIA_TYPE");
      expectError(await send(text.padEnd(70_000)), "PAYLOAD_TOO_LARGE");
      const withUnknownField = await send(JSON.stringify({ ...good, isAdmin: true }));
      expect(expectError(withUnknownField, "VALIDATION_FAILED")).toBe("isAdmin is not a known field");
      expect(withUnknownField.body.error.details).toEqual([{ path: "/isAdmin", message: "is not a known field" }]);
      for (const body of ["[]", '"text"', "5"]) {
        expect(expectError(await send(body), "VALIDATION_FAILED"), body).toBe("the body must be a JSON object");
      }
      for (const [field, value] of Object.entries(good)) {
        const kind = Array.isArray(value) ? "an array" : typeof value === "object" ? "a JSON object" : "a string";
        const other = kind === "a JSON object" ? 5 : { nested: 1 };
        const wrong = await send(JSON.stringify({ ...good, [field]: other }));
        expect(expectError(wrong, "VALIDATION_FAILED"), field).toBe(`${field} must be ${kind}`);
      }
    },
  );

  it("S-33 refuses invalid JSON with a reason, and keeps serving", async () => {
    for (const body of ['{"name":"CRM"', '{"name":', "name=CRM", "{'name':'CRM'}", '{"name":"a\nb"}', "{}{}", "NaN"]) {
      expect(expectError(await post("/keys", body), "BAD_REQUEST"), body).toBe("The body is not valid JSON");
    }
  });

  it("S-33 refuses invalid UTF-8 instead of changing it", async () => {
    const body = Buffer.from([...Buffer.from('{"name":"caf'), 0xe9, ...Buffer.from('"}')]);
    expect(expectError(await post("/keys", body), "BAD_REQUEST")).toBe("The body is not valid UTF-8");
  });

  it("S-33 refuses content types other than JSON, and compressed JSON, with 415", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/xml",
      "json",
      ";;",
      "application/jsonp",
      "application/json; charset=utf-16",
      "application/json; charset=iso-8859-1",
      "application/json; charset=us-ascii",
      'application/json; charset="latin1"',
      "application/json; charset=utf-7",
      "application/json; charset=utf8mb4",
      "application/json; charset=utf-8; charset=utf-16",
      "application/json; charset = utf-16",
      "application/json; CHARSET=UTF-16LE",
      "application/json; charset=",
      'application/json; charset=""',
    ]) {
      const response = await post("/keys", '{"name":"CRM"}', { "content-type": type });
      expect(expectError(response, "UNSUPPORTED_MEDIA_TYPE"), type).toBe(
        "Send the body as uncompressed application/json",
      );
    }
    for (const encoding of ["gzip", "br", "deflate", "identity, gzip", "x"]) {
      expectError(await post("/keys", '{"name":"CRM"}', { "content-encoding": encoding }), "UNSUPPORTED_MEDIA_TYPE");
    }
    const untyped = await send(
      [`POST ${auth}/keys HTTP/1.1`, "host: x", `authorization: Bearer ${admin.token}`, "content-length: 14"],
      '{"name":"CRM"}',
    );
    expectRawError(untyped, 415, /application\/json/);
    for (const type of [
      "application/json",
      "application/json; charset=utf-8",
      "Application/JSON;charset=UTF-8",
      "application/json; charset=utf8",
      "application/json; charset=UTF8",
      'application/json; charset="utf-8"',
      'application/json;charset="Utf8"',
      "application/json; x=y; charset=utf8",
      "application/json ; charset=unicode-1-1-utf-8",
    ]) {
      expect(
        (await post("/keys", '{"name":"CRM"}', { "content-type": type, "content-encoding": "identity" })).status,
      ).toBe(201);
    }
  });

  it("S-33 refuses more than 64 KiB with 413, with or without a length, and does not read the rest", async () => {
    const announced = await post("/keys", JSON.stringify({ name: "x".repeat(70_000) }));
    expect(expectError(announced, "PAYLOAD_TOO_LARGE")).toBe("The request body is larger than the server accepts");

    const raw = await openRawSocket(server.url);
    raw.send(
      `POST ${auth}/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${admin.token}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const chunk = `1000\r\n${" ".repeat(0x1000)}\r\n`;
    let sentBytes = 0;
    raw.socket.on("drain", () => undefined);
    const answered = raw.until((text) => text.includes("\r\n\r\n"));
    while (raw.socket.writable && sentBytes < 64 * 1024 * 1024) {
      if (!raw.socket.write(chunk))
        await Promise.race([new Promise((resolve) => raw.socket.once("drain", resolve)), raw.ended()]);
      sentBytes += chunk.length;
    }
    expectRawError(parseRawResponse(await answered), 413, "larger than the server accepts");
    expect(sentBytes).toBeLessThan(16 * 1024 * 1024);
  });

  it("S-33 refuses deep nesting before parsing", async () => {
    expect(expectError(await post("/keys", "[".repeat(60_000)), "BAD_REQUEST")).toBe(
      "The JSON body is nested too deeply",
    );
    expectError(await post("/keys", `{"name":${'{"a":'.repeat(20)}1${"}".repeat(21)}`), "BAD_REQUEST");
    const brackets = await post("/keys", JSON.stringify({ name: `"${"[{".repeat(20)}\\` }));
    expect(brackets.status).toBe(201);
  });

  it("S-34 refuses __proto__ and constructor.prototype, and no prototype is polluted", async () => {
    for (const body of [
      '{"__proto__":{"isAdmin":true},"name":"x"}',
      '{"name":"x","\\u005f_proto__":{"isAdmin":true}}',
      '{"constructor":{"prototype":{"isAdmin":true}},"name":"x"}',
      '{"name":"x","a":{"__proto__":{}}}',
    ]) {
      const response = await post("/keys", body);
      expect(expectError(response, "BAD_REQUEST"), body).toBe(
        "The JSON body must not contain __proto__ or constructor.prototype",
      );
    }
    for (const field of ["constructor", "toString", "hasOwnProperty"]) {
      const response = await post("/keys", JSON.stringify({ name: "x", [field]: 1 }));
      expect(expectError(response, "VALIDATION_FAILED")).toBe(`${field} is not a known field`);
    }
    expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
  });

  it("S-33 does not repeat the name of a field if it could be a misplaced secret", async () => {
    const { clientSecret } = await createTestKey(server, admin.token);
    const response = await post("/keys", JSON.stringify({ name: "x", [clientSecret]: true }));
    expect(expectError(response, "VALIDATION_FAILED")).toBe("the body has a field that is not known");
    const cidr = await post("/keys", JSON.stringify({ name: "x", ipAllowlist: [clientSecret] }));
    expectError(cidr, "VALIDATION_FAILED");
    expect(response.text + cidr.text).not.toContain(clientSecret.slice(4, 20));
  });

  it("S-10 refuses a client secret in a name, which is stored in plain text", async () => {
    const { id, clientSecret } = await createTestKey(server, admin.token);
    const named = await post("/keys", JSON.stringify({ name: `CRM ${clientSecret}` }));
    expect(expectError(named, "VALIDATION_FAILED")).toBe("name: contains a client secret. Do not store secrets here");
    const noted = await post(`/keys/${id}/ip-allowlist`, JSON.stringify({ cidr: "10.0.0.1", note: clientSecret }));
    expect(expectError(noted, "VALIDATION_FAILED")).toBe("note: contains a client secret. Do not store secrets here");
  });

  it("S-33 refuses a body that is shorter than its length, and does nothing", async () => {
    const listKeys = (): Promise<unknown> => server.database.query("select id from api_keys order by id");
    const before = await listKeys();
    const raw = await openRawSocket(server.url);
    raw.send(
      `POST ${auth}/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${admin.token}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"name":"CRM"}`,
    );
    raw.socket.end();
    await raw.ended();
    expect(await listKeys()).toEqual(before);
  });

  it("S-34 handles long hostile input like other input", async () => {
    const spaces = " ".repeat(12_000);
    expectError(
      await server.call("GET", `${auth}/me`, { headers: { authorization: `Bearer a${spaces}b` } }),
      "UNAUTHORIZED",
    );
    expectError(
      await server.call("GET", `${auth}/me`, { headers: { authorization: `Bearer${spaces}` } }),
      "UNAUTHORIZED",
    );
    expectError(await server.call("GET", `${auth}/me`, { token: ".".repeat(12_000) }), "UNAUTHORIZED");
    expectError(await post("/keys", JSON.stringify({ name: `a${" ".repeat(60_000)}b` })), "VALIDATION_FAILED");
    expectError(
      await post("/keys", JSON.stringify({ name: "x", ipAllowlist: Array(100).fill(":".repeat(64)) })),
      "VALIDATION_FAILED",
    );
    await server.call("GET", `${auth}/keys?cursor=${"A".repeat(512)}`, { token: admin.token });
    await server.call("GET", `${auth}/verify`, { headers: { "x-forwarded-for": `${" ,".repeat(6_000)}` } });
  });
});
