import { randomUUID } from "node:crypto";
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "../../errors.ts";
import { findCurrentResponse } from "../connections.ts";
import { errorBody, errorHeaders } from "./error-handler.ts";

/** A refusal before routing, with its own status and message. */
interface Refusal {
  readonly status: number;
  readonly message: string;
}

const expectationFailed: Refusal = { status: 417, message: "The server does not support this Expect header" };

/** Describes an error of Node's HTTP parser. */
function describeFailure(code: string | undefined): Refusal {
  if (code === "HPE_HEADER_OVERFLOW") return { status: 431, message: "The headers are too large" };
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return { status: 408, message: "The request took too long to arrive" };
  return { status: 400, message: "The request is not valid HTTP" };
}

/**
 * Returns the documented error body and the headers of every response. Uses the format of `/external`, because most
 * clients call it.
 */
function renderRefusal({ status, message }: Refusal): {
  readonly headers: Record<string, string>;
  readonly body: string;
} {
  const requestId = randomUUID();
  const error = new AppError("BAD_REQUEST", { message });
  const body = JSON.stringify(errorBody(error, "external", requestId, status));
  return {
    body,
    headers: {
      ...errorHeaders(error),
      connection: "close",
      "content-type": "application/json; charset=utf-8",
      "content-length": String(Buffer.byteLength(body)),
      "cache-control": "no-store",
      "x-request-id": requestId,
    },
  };
}

/** Answers requests that are malformed, too large or too slow, and closes the connection. */
export function answerClientError(
  error: Error & { readonly code?: string },
  socket: Duplex & { destroySoon?(): void },
): void {
  // Do not write into a response that is being sent.
  if (!socket.writable || findCurrentResponse(socket)?.headersSent === true) {
    socket.destroy();
    return;
  }
  const refusal = describeFailure(error.code);
  const { headers, body } = renderRefusal(refusal);
  const headerLines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ""}\r\n${headerLines.join("")}\r\n${body}`,
  );
  socket.destroySoon?.();
}

/** Refuses unsupported `Expect` headers. Node's own response has no body and no request ID. */
export function answerExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const { headers, body } = renderRefusal(expectationFailed);
  response.writeHead(expectationFailed.status, headers).end(body);
}
