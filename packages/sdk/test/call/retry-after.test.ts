import { describe, expect, it } from "vitest";
import { replayHeader } from "../../src/call/replay-support.ts";
import { BrikSync, readRotationHolder } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { type RecordingServer, type Reply, startRecordingServer } from "../support/recording-server.ts";
import { sampleSecret } from "../support/sample-key.ts";

const refused = { status: 503, json: { error: { code: 503, message: "busy", type: "UNAVAILABLE" } } };
const created = { id: "k1", clientId: "api_1", clientSecret: sampleSecret };

/** Starts a server whose first response has `Retry-After: 1`. It refuses an attempt before that second is over. */
function startPatientServer(first: Reply, next: Reply): Promise<RecordingServer> {
  let isOver = false;
  return startRecordingServer((_request, index) => {
    if (index > 0) return isOver ? next : { status: 400, text: "The client did not wait." };
    setTimeout(() => {
      isOver = true;
    }, 1_000);
    return first;
  });
}

describe.each([
  ["undici", {}],
  ["fetch", { fetch: globalThis.fetch }],
])("over %s", (_, transport) => {
  /** The outcome of a refused call if the server announces no replay and the runtime may have sent the call twice. */
  const refusal = "fetch" in transport ? "unknown" : "rejected";

  it("K-01 retries with the same key after Retry-After while the same call is still running", async () => {
    const running = { code: 409, message: "still running", type: "IDEMPOTENCY_IN_PROGRESS" };
    const server = await startPatientServer(
      { status: 409, json: { error: running }, headers: { [replayHeader]: "supported", "retry-after": "1" } },
      { status: 201, json: created, headers: { [replayHeader]: "supported", "idempotency-replayed": "true" } },
    );
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    const key = await client.keys.create({ name: "CRM" });
    expect(key.isReplay).toBe(true);
    const [first, second] = server.requests.map(({ headers }) => headers["idempotency-key"]);
    expect(second).toBe(first);
  });

  it("K-01 reports an unknown outcome if the same call is still running at the end", async () => {
    const running = { code: 409, message: "still running", type: "IDEMPOTENCY_IN_PROGRESS" };
    const server = await startRecordingServer(() => ({
      status: 409,
      json: { error: running },
      headers: { [replayHeader]: "supported" },
    }));
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    const error = await catchError(client.keys.create({ name: "CRM" }, { idempotencyKey: "mine-1" }));
    expect(error).toMatchObject({ outcome: "unknown", retryable: true, attempts: 3, idempotencyKey: "mine-1" });
  });

  it("K-01 does not wait for another rotation, but says that it is worth trying later", async () => {
    const details = [
      { path: "rotationId", message: "r2" },
      { path: "startedOn", message: "2026-02-01T10:30:00.000Z" },
      { path: "startedBy", message: "ada@partner.com" },
      { path: "leaseExpiresOn", message: "2026-02-01T10:32:00.000Z" },
    ];
    const busy = { code: 409, message: "under way", type: "ROTATION_IN_PROGRESS", details };
    const server = await startRecordingServer(() => ({
      status: 409,
      json: { error: busy },
      headers: { "retry-after": "1" },
    }));
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    const error = await catchError(client.keys.rotations.finish("k1", "r1"));
    expect(server.requests).toHaveLength(1);
    expect(error).toMatchObject({ outcome: refusal, retryable: true, retryAfterSeconds: 1 });
    expect(readRotationHolder(error)).toEqual({
      rotationId: "r2",
      startedOn: "2026-02-01T10:30:00.000Z",
      startedBy: "ada@partner.com",
      leaseExpiresOn: "2026-02-01T10:32:00.000Z",
    });
    expect(readRotationHolder(new Error("else", { cause: error }))).toMatchObject({ rotationId: "r2" });
    for (const other of [null, new Error("else"), await catchError(client.keys.get(""))]) {
      expect(readRotationHolder(other)).toBeNull();
    }
  });

  it("K-01 does not wait for a Retry-After beyond the deadline, and reports it", async () => {
    const limited = {
      status: 429,
      headers: { "retry-after": "60" },
      json: { error: { code: 429, message: "Rate limit exceeded" } },
    };
    const server = await startRecordingServer(() => limited);
    const error = await catchError(
      new BrikSync({ ...transport, baseUrl: server.url, accessToken: "t" }).keys.listPage(),
    );
    expect(error).toMatchObject({
      type: "RATE_LIMITED",
      status: 429,
      retryAfterSeconds: 60,
      retryable: true,
      attempts: 1,
    });
    expect(server.requests).toHaveLength(1);
  }, 20_000);

  it("K-01 reads the date in a Retry-After by the server's own Date, also when that clock is two hours off", async () => {
    const serverMs = Date.now() - 7_200_000;
    const write = (ms: number): string => new Date(ms).toUTCString();
    const headers = { date: write(serverMs), "retry-after": write(serverMs + 90_000) };
    const server = await startRecordingServer(() => ({ ...refused, headers }));
    const { keys } = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    expect(await catchError(keys.listPage())).toMatchObject({ attempts: 1, retryAfterSeconds: 90 });
  });

  it("K-01 waits for a short Retry-After", async () => {
    const server = await startPatientServer({ ...refused, headers: { "retry-after": "1" } }, { json: [] });
    const { keys } = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    expect((await keys.listPage()).items).toEqual([]);
  });
});
