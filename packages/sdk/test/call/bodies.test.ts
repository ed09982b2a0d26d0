import { Readable } from "node:stream";
import vm from "node:vm";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BrikSync } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { startRecordingServer } from "../support/recording-server.ts";
import { sampleSecret } from "../support/sample-key.ts";

const created = JSON.stringify({ id: "k1", clientId: "api_1", clientSecret: sampleSecret, name: "Zürich 🔑" });
const bytes = Buffer.from(created);
const headers = new Headers({ "content-type": "application/json" });

const asChunks = (size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

/** Responses that a caller's `fetch` may return. */
const responses: Record<string, () => unknown> = {
  "a web stream": () => new Response(created, { status: 201, headers }),
  "a Node stream": () => ({ status: 201, headers, body: Readable.from(asChunks(7)) }),
  "a Node stream, byte by byte": () => ({ status: 201, headers, body: Readable.from(asChunks(1)) }),
  "a stream of strings": () => ({ status: 201, headers, body: Readable.from([created.slice(0, 9), created.slice(9)]) }),
  "an async generator": () => ({
    status: 201,
    headers,
    body: (async function* () {
      yield* asChunks(20);
    })(),
  }),
  "a stream of another realm": () => ({
    status: 201,
    headers,
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(vm.runInNewContext("Uint8Array.from(bytes)", { bytes: [...bytes] }));
        controller.close();
      },
    }),
  }),
  "a string": () => ({ status: 201, headers, body: created }),
  "no body, but text()": () => ({ status: 201, headers, text: async () => created }),
  "null as its body, but text()": () => ({ status: 201, headers, body: null, text: async () => created }),
  "no body, but json()": () => ({ status: 201, headers, json: async () => JSON.parse(created) }),
  "a locked body, but text()": () => {
    const body = new ReadableStream();
    body.getReader();
    return { status: 201, headers, body, text: async () => created };
  },
  "plain headers": () => ({
    status: 201,
    headers: { "Content-Type": "application/json" },
    body: Readable.from([bytes]),
  }),
  "no headers": () => ({ status: 201, body: created }),
  "a byte order mark": () => ({ status: 201, headers, text: async () => `\ufeff${created}` }),
};

describe("a caller's fetch", () => {
  it.each(Object.entries(responses))("K-10 that returns %s loses no secret", async (_name, respond) => {
    const fetch = (async () => respond()) as unknown as typeof globalThis.fetch;
    const key = await new BrikSync({ fetch, accessToken: "token" }).keys.create({ name: "CRM" });
    expect(key.clientSecret.reveal()).toBe(sampleSecret);
    expect(key.name).toBe("Zürich 🔑");
    expect(key.isReplay).toBe(false);
  });

  it.each([
    ["breaks", () => Readable.from(failAfter(bytes.subarray(0, 20))), "truncated"],
    ["is too large", () => Readable.from(Array.from({ length: 17 }, () => Buffer.alloc(1024 * 1024, " "))), "large"],
  ] as const)("K-04 leaves the outcome unknown if a Node stream %s", async (_name, open, word) => {
    const body = open();
    const fetch = (async () => ({ status: 201, headers, body })) as unknown as typeof globalThis.fetch;
    const error = await catchError(new BrikSync({ fetch, accessToken: "token" }).keys.create({ name: "CRM" }));
    expect(error).toMatchObject({ name: "ResponseError", outcome: "unknown", status: 201 });
    expect(error.message).toContain(word === "large" ? "too large" : "closed in the middle");
    expect(error.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
    expect(body.destroyed).toBe(true);
  });

  it("K-10 works without TextDecoder", async () => {
    const { TextDecoder } = globalThis;
    Reflect.deleteProperty(globalThis, "TextDecoder");
    try {
      const fetch = (async () => new Response(created, { status: 201 })) as typeof globalThis.fetch;
      const key = await new BrikSync({ fetch, accessToken: "token" }).keys.create({ name: "CRM" });
      expect(key.clientSecret.reveal()).toBe(sampleSecret);
    } finally {
      globalThis.TextDecoder = TextDecoder;
    }
  });
});

async function* failAfter(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
  throw new Error("gone");
}

/** Content encodings that a gateway may add without a request for them. */
const encodings: Record<string, [encoding: string, encode: (plain: Buffer) => Buffer]> = {
  gzip: ["gzip", gzipSync],
  "the old name of gzip": ["x-gzip", gzipSync],
  "gzip in capitals": ["GZIP", gzipSync],
  brotli: ["br", brotliCompressSync],
  deflate: ["deflate", deflateSync],
  "deflate without a header": ["deflate", deflateRawSync],
  "two encodings": ["deflate, gzip", (plain) => gzipSync(deflateSync(plain))],
  identity: ["identity", (plain) => plain],
  "a byte order mark": ["identity", (plain) => Buffer.concat([Buffer.from("\ufeff"), plain])],
  "a byte order mark in gzip": ["gzip", (plain) => gzipSync(Buffer.concat([Buffer.from("\ufeff"), plain]))],
};

describe.each([
  ["undici", {}],
  ["fetch", { fetch: globalThis.fetch }],
])("over %s", (transportName, transport) => {
  async function create(body: Buffer, encoding: string, status = 201) {
    const server = await startRecordingServer(() => (response) => {
      response.writeHead(status, { "content-type": "application/json", "content-encoding": encoding }).end(body);
    });
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token", maxRetries: 0 });
    return client.keys.create({ name: "CRM" });
  }

  it.each(Object.keys(encodings))("K-04 reads a response with %s", async (name) => {
    const [encoding, encode] = encodings[name] ?? ["", (plain: Buffer) => plain];
    // The fetch of some Node versions does not support deflate without a header.
    if (transportName === "fetch" && name === "deflate without a header") return;
    expect((await create(encode(bytes), encoding)).clientSecret.reveal()).toBe(sampleSecret);
  });

  it("K-04 reads a compressed error", async () => {
    const body = gzipSync(JSON.stringify({ error: { code: 403, message: "No", type: "FORBIDDEN" } }));
    expect(await catchError(create(body, "gzip", 403))).toMatchObject({ type: "FORBIDDEN", outcome: "rejected" });
  });

  it("K-04 reports an unknown outcome if a compressed response is truncated, damaged or too large", async () => {
    const whole = gzipSync(bytes);
    // Node's fetch returns the decoded part of a damaged body.
    const damaged = transportName === "fetch" ? /closed in the middle|status 201 with/ : /closed in the middle/;
    const large = gzipSync(Buffer.concat([bytes, Buffer.alloc(17 * 1024 * 1024, " ")]));
    for (const [body, words] of [
      [whole.subarray(0, -12), damaged],
      [Buffer.from("no gzip"), damaged],
      [bytes, damaged],
      [large, /too large/],
    ] as const) {
      const error = await catchError(create(body, "gzip"));
      expect(error).toMatchObject({ name: "ResponseError", outcome: "unknown" });
      expect(error.message).toMatch(words);
    }
  });

  it("K-04 treats a response with an unknown encoding as a response of another server", async () => {
    const error = await catchError(create(Buffer.from("\u0001\u0002"), "x-unknown"));
    expect(error).toMatchObject({ name: "ResponseError", outcome: "unknown" });
  });
});
