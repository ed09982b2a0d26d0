import { describe, expect, it } from "vitest";
import { BrikSync } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { type Reply, startRecordingServer } from "../support/recording-server.ts";

const typed = (status: number, type: string): Reply => ({
  status,
  json: { error: { code: status, message: "x", type } },
});

/** Responses, and the outcome of the call that each one implies. */
const responses: [name: string, reply: Reply, outcome: "rejected" | "unknown"][] = [
  ["a typed 500", typed(500, "INTERNAL"), "unknown"],
  ["a 500 with only the documented body", { status: 500, json: { error: { code: 500, message: "x" } } }, "unknown"],
  ["a typed 503", typed(503, "UNAVAILABLE"), "rejected"],
  ["a gateway's untyped 503", { status: 503, json: { error: { code: 503, message: "x" } } }, "unknown"],
  ["a gateway's 503 with a JSON body of its own", { status: 503, json: { message: "no healthy upstream" } }, "unknown"],
  ["a gateway's 503 as HTML", { status: 503, text: "<h1>503</h1>" }, "unknown"],
  ["a typed 502", typed(502, "UNAVAILABLE"), "unknown"],
  ["a typed 504", typed(504, "UNAVAILABLE"), "unknown"],
  ["a 409 of a call that is still running", typed(409, "IDEMPOTENCY_IN_PROGRESS"), "unknown"],
  ["a typed 409", typed(409, "KEY_REVOKED"), "rejected"],
  ["a typed 422", typed(422, "VALIDATION_FAILED"), "rejected"],
  ["a redirect", { status: 302, headers: { location: "https://other.example.com" } }, "unknown"],
  ["a success without the secret", { status: 201, json: { id: "k1", clientId: "api_1" } }, "unknown"],
];

describe.each([
  ["create", (client: BrikSync) => client.keys.create({ name: "CRM" })],
  ["rotate", (client: BrikSync) => client.keys.rotate("k1")],
] as const)("K-04 the outcome of %s", (_name, call) => {
  it.each(responses)("is correct after %s", async (_response, reply, outcome) => {
    const server = await startRecordingServer(() => reply);
    const error = await catchError(call(new BrikSync({ baseUrl: server.url, accessToken: "token", maxRetries: 0 })));
    expect(error.outcome).toBe(outcome);
    expect(error.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
    expect(server.requests).toHaveLength(1);
  });

  it("stays unknown if a later attempt is refused", async () => {
    const replies = [{ status: 503, text: "busy" }, typed(422, "VALIDATION_FAILED")];
    const headers = { "x-briksync-idempotency-replay": "supported" };
    const server = await startRecordingServer((request, index) => {
      if (request.method === "GET") return { json: [], headers };
      return { ...replies[index - 1], headers };
    });
    const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
    await client.keys.listPage();
    expect(await catchError(call(client))).toMatchObject({ attempts: 2, status: 422, outcome: "unknown" });
  });
});
