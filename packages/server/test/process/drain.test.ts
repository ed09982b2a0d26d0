import { describe, expect, it } from "vitest";
import { createHttpClient } from "../support/http-client.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { type OnFinished, useDependencies, useServerProcess, useTestDatabase } from "../support/lifetimes.ts";
import { createPerson, type Person, type SignedIn, signInPerson } from "../support/people.ts";
import { openRawSocket, parseRawResponse, type RawSocket } from "../support/raw-socket.ts";
import type { ServerProcess } from "../support/spawn-server.ts";
import type { TestDatabase } from "../support/test-database.ts";

const auth = "/external/v1/auth";

interface Setup {
  readonly server: ServerProcess;
  readonly database: TestDatabase;
  readonly person: Person;
  readonly admin: SignedIn;
}

async function setUp(onFinished: OnFinished): Promise<Setup> {
  const database = await useTestDatabase(onFinished);
  const env = { ...database.env, LOG_LEVEL: "error" };
  const deps = await useDependencies(env, onFinished);
  const person = await createPerson(deps);
  const server = await useServerProcess(env, {}, onFinished);
  const client = createHttpClient(server.url);
  const admin = await signInPerson(client, person);
  client.close();
  return { server, database, person, admin };
}

/** Starts a createKey call and sends all of it except the end of the body. */
async function startSlowCall({ server, admin }: Setup): Promise<{ readonly raw: RawSocket; finish(): void }> {
  const raw = await openRawSocket(server.url);
  const body = '{"name":"in flight"}';
  raw.send(
    `POST ${auth}/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${admin.token}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
  );
  // A response on another connection shows that the headers above have arrived.
  const client = createHttpClient(server.url);
  await client.call("GET", "/api/health");
  client.close();
  return { raw, finish: () => raw.send(body.slice(5)) };
}

describe.concurrent("SIGTERM", () => {
  it("S-35 finishes running requests with connection: close, and then exits with code 0", async ({
    onTestFinished,
  }) => {
    const setup = await setUp(onTestFinished);
    const call = await startSlowCall(setup);
    const exit = setup.server.stop("SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 300));
    call.finish();
    const response = parseRawResponse(await call.raw.ended());
    expect(response.status).toBe(201);
    expect(response.headers.get("connection")).toBe("close");
    // After the deadline, the code would be 1.
    expect(await exit).toEqual({ code: 0, signal: null });
    expect(await setup.database.query("select name from api_keys")).toEqual([{ name: "in flight" }]);
  });

  it("S-35 completes every accepted sign-in, and then exits with code 0", async ({ onTestFinished }) => {
    const { server, person } = await setUp(onTestFinished);
    const client = createHttpClient(server.url);
    const signIns = Array.from({ length: 8 }, () => signInPerson(client, person));
    await Promise.race(signIns);
    const exit = server.stop("SIGINT");
    await expect(Promise.all(signIns)).resolves.toHaveLength(8);
    expect(await exit).toEqual({ code: 0, signal: null });
    client.close();
  });

  it("S-35 accepts no new connection, and readiness fails on a connection that is still open", async ({
    expect,
    onTestFinished,
  }) => {
    const setup = await setUp(onTestFinished);
    const raw = await openRawSocket(setup.server.url);
    raw.send("GET /api/health/ready HTTP/1.1\r\n");
    const call = await startSlowCall(setup);
    const exit = setup.server.stop("SIGTERM");
    const connect = (): Promise<string> =>
      openRawSocket(setup.server.url).then(
        (socket) => {
          socket.destroy();
          return "accepted";
        },
        () => "refused",
      );
    await expect.poll(connect).toBe("refused");
    raw.send("host: x\r\n\r\n");
    const response = parseRawResponse(await raw.ended());
    expect(response.status).toBe(503);
    expect(JSON.parse(response.body)).toEqual({
      data: null,
      error: "The server is shutting down",
      code: "UNAVAILABLE",
    });
    expect(response.headers.get("retry-after")).toBe("1");
    call.finish();
    expect(await exit).toEqual({ code: 0, signal: null });
  });

  it("S-35 closes idle keep-alive connections instead of waiting for them", async ({ onTestFinished }) => {
    const { server } = await setUp(onTestFinished);
    const raws = await Promise.all(Array.from({ length: 5 }, () => openRawSocket(server.url)));
    for (const raw of raws.slice(1)) {
      raw.send("GET /api/health HTTP/1.1\r\nhost: x\r\n\r\n");
      await raw.until((text) => text.includes('"ok"'));
    }
    expect(await server.stop("SIGTERM")).toEqual({ code: 0, signal: null });
    for (const raw of raws) raw.destroy();
  });

  it("S-35 does not wait for requests that never arrive completely", async ({ onTestFinished }) => {
    const { server } = await setUp(onTestFinished);
    const raw = await openRawSocket(server.url);
    raw.send("GET /api/health HTTP/1.1\r\nhost:");
    const client = createHttpClient(server.url);
    await client.call("GET", "/api/health");
    client.close();
    expect(await server.stop("SIGTERM")).toEqual({ code: 0, signal: null });
    raw.destroy();
  });

  it("S-35 listens on one address for localhost, and drains it", async ({ onTestFinished }) => {
    const server = await useServerProcess({ DATABASE_URL: "sqlite::memory:", HOST: "localhost" }, {}, onTestFinished);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(await server.stop("SIGTERM")).toEqual({ code: 0, signal: null });
    // Checked at the end, because the log may be written after the line with the address.
    expect(server.stdout().match(/accepting connections/g)).toHaveLength(1);
  });

  it("S-35 writes last-used times that are still in memory", async ({ onTestFinished }) => {
    const { server, database, admin } = await setUp(onTestFinished);
    const client = createHttpClient(server.url);
    const key = await createTestKey(client, admin.token);
    expect(await verifyStatus(client, key.clientSecret)).toBe(200);
    client.close();
    expect(await server.stop("SIGTERM")).toEqual({ code: 0, signal: null });
    const used = await database.query("select used_on, ip from secret_uses");
    expect(used).toEqual([{ used_on: expect.stringMatching(/Z$/), ip: "127.0.0.1" }]);
  });

  it("S-35 closes unfinished requests at the deadline, and exits with code 1", async ({ onTestFinished }) => {
    const setup = await setUp(onTestFinished);
    const call = await startSlowCall(setup);
    const started = performance.now();
    expect(await setup.server.stop("SIGTERM")).toEqual({ code: 1, signal: null });
    expect(performance.now() - started).toBeGreaterThan(9_000);
    call.raw.destroy();
    expect(await setup.database.query("select id from api_keys")).toEqual([]);
  });
});
