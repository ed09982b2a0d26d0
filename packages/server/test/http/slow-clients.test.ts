import { afterAll, beforeAll, describe, it } from "vitest";
import { createHttpClient, type HttpClient } from "../support/http-client.ts";
import { createTestKey, type TestKey, verifyStatus } from "../support/keys.ts";
import { openDependencies } from "../support/open-dependencies.ts";
import { createPerson, type SignedIn, signInPerson } from "../support/people.ts";
import { openRawSocket, parseRawResponse, type RawSocket } from "../support/raw-socket.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

const auth = "/external/v1/auth";

/** Sends one more byte at a time until the server closes the connection. Returns the response of the server. */
async function sendSlowly(raw: RawSocket, text: string): Promise<string> {
  let position = 0;
  const timer = setInterval(() => {
    if (raw.socket.writable) raw.send(text[position++ % text.length] ?? "");
  }, 400);
  const received = await raw.ended();
  clearInterval(timer);
  raw.destroy();
  return received;
}

describe.concurrent("slow clients", () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let client: HttpClient;
  let admin: SignedIn;
  let key: TestKey;
  beforeAll(async () => {
    database = await createTestDatabase();
    const env = { ...database.env, LOG_LEVEL: "error", RATE_LIMIT_BURST: "1000000" };
    server = await spawnServer(env);
    client = createHttpClient(server.url);
    const deps = await openDependencies(env);
    admin = await signInPerson(client, await createPerson(deps));
    await deps.store.close();
    key = await createTestKey(client, admin.token);
  });
  afterAll(async () => {
    client.close();
    await server.stop();
    await database.remove();
  });

  it("S-32 get 408 if their headers arrive byte by byte", async ({ expect }) => {
    const raw = await openRawSocket(server.url);
    raw.send(`GET ${auth}/me HTTP/1.1\r\nhost: x\r\n`);
    const response = parseRawResponse(await sendSlowly(raw, "x-filler: y\r\n"));
    expect(response.status).toBe(408);
    expect(JSON.parse(response.body).error.message).toBe("The request took too long to arrive");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("S-32 get 408 if their body arrives byte by byte, and the call has no effect", async ({ expect }) => {
    const raw = await openRawSocket(server.url);
    raw.send(
      `POST ${auth}/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${admin.token}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"name":"`,
    );
    expect(parseRawResponse(await sendSlowly(raw, "slow ")).status).toBe(408);
    const { body: keys } = await client.call("GET", `${auth}/keys`, { token: admin.token });
    expect(keys).toHaveLength(1);
  });

  it("S-32 are disconnected if they send nothing", async ({ expect }) => {
    const raw = await openRawSocket(server.url);
    expect(parseRawResponse(await raw.ended()).status).toBe(408);
    raw.destroy();
  });

  it("S-32 do not slow other clients, even if there are five hundred", async ({ expect }) => {
    const raws = await Promise.all(Array.from({ length: 500 }, () => openRawSocket(server.url)));
    for (const [index, raw] of raws.entries()) {
      raw.send(
        index % 2 === 0
          ? "GET / HTTP/1.1\r\nx:"
          : `POST ${auth}/signin HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 200\r\n\r\n{`,
      );
    }
    const timer = setInterval(() => {
      for (const raw of raws) if (raw.socket.writable) raw.send(" ");
    }, 200);
    let open = raws.length;
    for (const raw of raws) raw.socket.once("close", () => open--);
    // Slow clients do not delay others: 100 calls finish before the first of these connections is closed.
    for (let index = 0; index < 100; index++) expect(await verifyStatus(client, key.clientSecret)).toBe(200);
    expect(open).toBe(raws.length);
    clearInterval(timer);
    for (const raw of raws) raw.destroy();
  });
});
