import type { ApiErrorType, ErrorDetail } from "./error-types.ts";
import { isRecord, parseJson } from "./json.ts";

/** What an error body says. `isTyped` tells whether the server named the type itself. */
export interface ErrorBody {
  readonly type: ApiErrorType;
  readonly isTyped: boolean;
  readonly message: string;
  readonly requestId?: string;
  readonly details?: readonly ErrorDetail[];
}

/**
 * Reads both documented error bodies, `{"error":{"code","message",…}}` and `{"data":null,"error":"…"}`, or null
 * when the text is neither. Without a type of the server's own it is inferred from status and message.
 */
export function readErrorBody(status: number, text: string): ErrorBody | null {
  const body = parseJson(text);
  if (!isRecord(body)) return null;
  const error = body["error"];
  if (typeof error === "string") {
    const type = body["code"];
    return makeErrorBody(status, error, type, undefined, undefined);
  }
  if (!isRecord(error) || typeof error["message"] !== "string") return null;
  return makeErrorBody(status, error["message"], error["type"], error["requestId"], error["details"]);
}

function makeErrorBody(
  status: number,
  message: string,
  type: unknown,
  requestId: unknown,
  details: unknown,
): ErrorBody {
  const isTyped = typeof type === "string" && type !== "";
  const readDetails = Array.isArray(details) ? details.filter(isDetail).slice(0, 100) : [];
  return {
    type: isTyped ? type : inferErrorType(status, message),
    isTyped,
    message: message === "" ? `The server answered ${status}.` : message,
    ...(typeof requestId === "string" && { requestId }),
    ...(readDetails.length > 0 && { details: readDetails }),
  };
}

function isDetail(value: unknown): value is ErrorDetail {
  return isRecord(value) && typeof value["path"] === "string" && typeof value["message"] === "string";
}

/** The type of an error that only has a status and a message, as servers with only the documented part send it. */
export function inferErrorType(status: number, message: string): ApiErrorType {
  switch (status) {
    case 401:
      if (message === "Invalid API credentials") return "INVALID_CREDENTIALS";
      if (message === "Missing API credentials") return "MISSING_CREDENTIALS";
      return "UNAUTHORIZED";
    case 403:
      return "FORBIDDEN";
    case 404:
      return "NOT_FOUND";
    case 413:
      return "PAYLOAD_TOO_LARGE";
    case 415:
      return "UNSUPPORTED_MEDIA_TYPE";
    case 422:
      return "VALIDATION_FAILED";
    case 429:
      return "RATE_LIMITED";
    case 502:
    case 503:
    case 504:
      return "UNAVAILABLE";
    default:
      return status >= 500 ? "INTERNAL" : "BAD_REQUEST";
  }
}
