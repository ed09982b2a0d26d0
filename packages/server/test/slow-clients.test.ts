import { afterAll, beforeAll, describe, it } from "vitest";
import { createHttpClient, type HttpClient } from "./support/http-client.ts";
import { createTestKey, type TestKey, verifyStatus } from "./support/keys.ts";
import { openDependencies } from "./support/open-dependencies.ts";
import { createPerson, type SignedIn, signInPerson } from "./support/people.ts";
import { openRawSocket, parseRawAnswer, type RawSocket } from "./support/raw-socket.ts";
import { type ServerProcess, spawnServer } from "./support/spawn-server.ts";
import { createTestDatabase, type TestDatabase } from "./support/test-database.ts";

const auth = "/external/v1/auth";

/** Sends one more byte every so often until the server has had enough; returns what it said and after how long. */
async function drip(raw: RawSocket, text: string): Promise<string> {
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

  it("S-32 headers that arrive byte by byte get 408", async ({ expect }) => {
    const raw = await openRawSocket(server.url);
    raw.send(`GET ${auth}/me HTTP/1.1\r\nhost: x\r\n`);
    const answer = parseRawAnswer(await drip(raw, "x-filler: y\r\n"));
    expect(answer.status).toBe(408);
    expect(JSON.parse(answer.body).error.message).toBe("The request took too long to arrive");
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("S-32 a body that arrives byte by byte gets 408, and has no effect", async ({ expect }) => {
    const raw = await openRawSocket(server.url);
    raw.send(
      `POST ${auth}/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${admin.token}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"name":"`,
    );
    expect(parseRawAnswer(await drip(raw, "slow ")).status).toBe(408);
    const { body: keys } = await client.call("GET", `${auth}/keys`, { token: admin.token });
    expect(keys).toHaveLength(1);
  });

  it("S-32 a connection without data is closed", async ({ expect }) => {
    const raw = await openRawSocket(server.url);
    expect(parseRawAnswer(await raw.ended()).status).toBe(408);
    raw.destroy();
  });

  it("S-32 five hundred of them do not slow other clients", async ({ expect }) => {
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
    // The clients that are held take no turn of others: 100 calls end before the first of these connections does.
    for (let index = 0; index < 100; index++) expect(await verifyStatus(client, key.clientSecret)).toBe(200);
    expect(open).toBe(raws.length);
    clearInterval(timer);
    for (const raw of raws) raw.destroy();
  });
});
