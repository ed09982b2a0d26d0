import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { replayHeader } from "../../src/call/replay-support.ts";
import { BrikSync } from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";
import { catchError } from "../support/catch-error.ts";
import { startRecordingServer } from "../support/recording-server.ts";

/** A `fetch` that resends a request itself if the response is lost, as Deno and Chromium do. */
const fetchTwice: typeof fetch = async (input, init) => {
  try {
    return await fetch(input, init);
  } catch {
    return fetch(input, init);
  }
};

/** Starts a server that executes the first call except a GET, loses the response, and refuses the repeated call. */
async function startForgetfulServer(status: number, type: string): Promise<string> {
  let calls = 0;
  const server = createServer((request, response) => {
    if (request.method !== "GET" && calls++ === 0) return response.destroy();
    response.writeHead(status, { "content-type": "application/json" });
    return response.end(JSON.stringify({ error: { code: status, message: "No", type } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Call = (client: BrikSync) => Promise<unknown>;
const create: Call = ({ keys }) => keys.create({ name: "CRM" });
const changePassword: Call = ({ auth }) => auth.changePassword({ currentPassword: "a", newPassword: "b" });

it.each<[string, number, string, Call, "rejected" | "unknown"]>([
  ["a create", 409, "KEY_REVOKED", create, "unknown"],
  ["a create", 429, "RATE_LIMITED", create, "unknown"],
  ["a create", 503, "UNAVAILABLE", create, "unknown"],
  ["a create", 422, "VALIDATION_FAILED", create, "rejected"],
  ["a create", 403, "PLAN_UPGRADE_REQUIRED", create, "rejected"],
  ["a rotation", 409, "ROTATION_IN_PROGRESS", ({ keys }) => keys.rotate("k1"), "unknown"],
  ["a revocation", 404, "NOT_FOUND", ({ keys }) => keys.revoke("k1"), "unknown"],
  ["a removal of an entry", 404, "NOT_FOUND", ({ keys }) => keys.disallowIp("k1", "e1"), "unknown"],
  ["a sign-out", 401, "UNAUTHORIZED", ({ auth }) => auth.signOut(), "unknown"],
  ["a change of password", 401, "SIGN_IN_FAILED", changePassword, "unknown"],
  ["a sign-in", 401, "SIGN_IN_FAILED", ({ auth }) => auth.signIn({ email: "a", password: "b" }), "rejected"],
  ["a read", 404, "NOT_FOUND", ({ keys }) => keys.get("k1"), "rejected"],
])(
  "K-10 after %s that the runtime may have sent twice, reports %i %s with the correct outcome",
  async (_name, status, type, call, outcome) => {
    const baseUrl = await startForgetfulServer(status, type);
    const client = new BrikSync({ baseUrl, accessToken: "token", fetch: fetchTwice, maxRetries: 0 });
    expect(await catchError(call(client))).toMatchObject({ type, outcome });
  },
);

it("K-01 treats a refusal as final if the server replays calls, because it looks for a replay first", async () => {
  const server = await startRecordingServer(() => ({
    status: 409,
    headers: { [replayHeader]: "supported" },
    json: { error: { code: 409, message: "No", type: "ROTATION_IN_PROGRESS" } },
  }));
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token", fetch: fetchTwice });
  expect(await catchError(client.keys.rotate("k1"))).toMatchObject({ outcome: "rejected" });
  expect(await catchError(client.keys.revoke("k1"))).toMatchObject({ outcome: "unknown" });
});

it("K-04 treats a refusal as final over the SDK's own transport and over the fake server", async () => {
  const baseUrl = await startForgetfulServer(409, "KEY_REVOKED");
  const direct = new BrikSync({ baseUrl, accessToken: "token", maxRetries: 0 });
  expect(await catchError(create(direct))).toMatchObject({ name: "ConnectionError", outcome: "unknown" });
  expect(await catchError(create(direct))).toMatchObject({ type: "KEY_REVOKED", outcome: "rejected" });
  const fake = new FakeBrikSync();
  const faked = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
  fake.fail({ kind: "status", status: 409, type: "KEY_REVOKED" });
  expect(await catchError(create(faked))).toMatchObject({ type: "KEY_REVOKED", outcome: "rejected" });
});

it("C-09 treats a rotation as aborted if the runtime sent the abort twice", async () => {
  const fake = new FakeBrikSync();
  const { key } = fake.addKey("CRM");
  const { url, close } = await fake.listen();
  onTestFinished(close);
  const client = new BrikSync({ baseUrl: url, session: fake.addSession(), fetch: fetchTwice, maxRetries: 0 });
  const { id } = await client.keys.rotate(key.id, { mode: "staged" });
  fake.fail({ kind: "lost-answer", operation: "abortRotation" });
  await client.keys.rotations.abort(key.id, id, { force: true });
  expect((await client.keys.rotations.list(key.id)).map(({ state }) => state)).toEqual(["current"]);
});
