import { parseJson } from "../call/json.ts";
import { UNKNOWN_ROUTE_HEADER } from "../call/problem.ts";
import { REPLAY_HEADER } from "../call/replay-support.ts";
import { FakeRefusal, pickErrorType } from "./fake-refusal.ts";
import { type FakeAnswer, recordGrantUse } from "./fake-request.ts";
import { type FakeOperation, findRoute } from "./fake-routes.ts";
import type { FakeState } from "./fake-state.ts";
import { FakeConnectionLoss, type FaultQueue } from "./fault.ts";

/** A call that the fake server received. */
export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  /** Null if the path is not an operation. */
  readonly operation: FakeOperation | null;
  readonly headers: Headers;
  readonly body: unknown;
}

const PREFIX = "/external/v1/auth";

/**
 * Returns the response of the server, or simulates the next failure. `basePath` is the path before the operations. Null
 * accepts any path. Throws `FakeConnectionLoss`.
 */
export async function answerRequest(
  state: FakeState,
  faults: FaultQueue,
  calls: RecordedCall[],
  request: Request,
  basePath: string | null,
): Promise<Response> {
  const url = new URL(request.url);
  const { method, headers } = request;
  const start = basePath?.length ?? Math.max(0, url.pathname.indexOf(`${PREFIX}/`));
  const isWithin = url.pathname.startsWith((basePath ?? "") + PREFIX) || basePath === null;
  const path = url.pathname.slice(start);
  const route = isWithin && path.startsWith(PREFIX) ? findRoute(method, path.slice(PREFIX.length)) : null;
  const operation = route?.operation ?? null;
  const text = await request.text();
  const body = parseJson(text);
  calls.push({ method, path: url.pathname + url.search, operation, headers, body });
  const requestId = crypto.randomUUID();
  const announced = operation === null || operation === "verify" ? {} : { [REPLAY_HEADER]: "supported" };
  const answerProperly = (): Response => {
    if (route === null)
      return writeRefusal(new FakeRefusal("NOT_FOUND"), requestId, { [UNKNOWN_ROUTE_HEADER]: "true" });
    const ip = headers.get("x-forwarded-for")?.split(",")[0]?.trim() ?? "127.0.0.1";
    try {
      const { params, answer } = route;
      const origin = url.origin + url.pathname.slice(0, start);
      const received = { state, params, query: url.searchParams, headers, body, text, origin, ip, requestId };
      const answered = answer(received);
      recordGrantUse(received);
      return writeAnswer(answered, { "x-request-id": requestId, ...announced });
    } catch (error) {
      if (error instanceof FakeRefusal) return writeRefusal(error, requestId, announced);
      throw error;
    }
  };
  const fault = faults.take(operation);
  switch (fault?.kind) {
    case undefined:
      return answerProperly();
    case "status": {
      const { status, type = pickErrorType(status), message, retryAfterSeconds } = fault;
      return writeRefusal(new FakeRefusal(type, { message, retryAfterSeconds }), requestId, announced, status);
    }
    case "html":
      return new Response("<html><title>Bad gateway</title></html>", {
        status: fault.status,
        headers: { "content-type": "text/html" },
      });
    case "offline":
      throw new FakeConnectionLoss("The fake server is offline");
    case "lost-answer":
      answerProperly();
      throw new FakeConnectionLoss("The fake server lost the response");
    case "slow":
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      return answerProperly();
  }
}

function writeAnswer({ status, body, headers }: FakeAnswer, further: Readonly<Record<string, string>>): Response {
  const common = { "cache-control": "no-store", ...further, ...headers };
  if (body === undefined) return new Response(null, { status, headers: common });
  return Response.json(body, { status, headers: common });
}

function writeRefusal(
  refusal: FakeRefusal,
  requestId: string,
  further: Readonly<Record<string, string>> = {},
  status = refusal.status,
): Response {
  const { message, type, details, retryAfterSeconds } = refusal;
  const error = { code: status, message, type, requestId, ...(details && { details }) };
  const headers: Record<string, string> = { "x-request-id": requestId };
  if (status === 401) headers["www-authenticate"] = 'Bearer realm="briksync"';
  if (retryAfterSeconds !== undefined) headers["retry-after"] = String(retryAfterSeconds);
  return writeAnswer({ status, body: { error }, headers }, further);
}
