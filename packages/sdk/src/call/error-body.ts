import type { ApiErrorType, ErrorDetail } from "../errors/error-types.ts";
import { isRecord, parseJson } from "./json.ts";

/** The content of an error body. `isTyped` is whether the server returned the type. */
export interface ErrorBody {
  readonly type: ApiErrorType;
  readonly isTyped: boolean;
  readonly message: string;
  readonly details: readonly ErrorDetail[] | undefined;
}

/**
 * Parses both documented error bodies, `{"error":{"code","message",…}}` and `{"data":null,"error":"…"}`. Returns null
 * for any other text. If the server returned no type, it is inferred from status and message.
 */
export function readErrorBody(status: number, text: string): ErrorBody | null {
  const body = parseJson(text);
  if (!isRecord(body)) return null;
  const { error, code } = body;
  if (typeof error === "string") return createErrorBody(status, error, code);
  if (!isRecord(error) || typeof error["message"] !== "string") return null;
  return createErrorBody(status, error["message"], error["type"], error["details"]);
}

function createErrorBody(status: number, message: string, type: unknown, details?: unknown): ErrorBody {
  const isTyped = typeof type === "string" && /^[A-Z][A-Z_]{1,60}$/.test(type);
  return {
    type: isTyped ? type : inferErrorType(status, message),
    isTyped,
    message: message || `The server returned status ${status}.`,
    details: Array.isArray(details) && details.every(isDetail) ? details.slice(0, 100) : undefined,
  };
}

function isDetail(value: unknown): value is ErrorDetail {
  return isRecord(value) && typeof value["path"] === "string" && typeof value["message"] === "string";
}

const inferredTypes: Readonly<Record<number, ApiErrorType>> = {
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  422: "VALIDATION_FAILED",
  429: "RATE_LIMITED",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "UNAVAILABLE",
};

/** Returns the type of an error that has only a status and a message, as in the documented API. */
function inferErrorType(status: number, message: string): ApiErrorType {
  if (status === 401 && message === "Invalid API credentials") return "INVALID_CREDENTIALS";
  if (status === 401 && message === "Missing API credentials") return "MISSING_CREDENTIALS";
  return inferredTypes[status] ?? (status >= 500 ? "INTERNAL" : "BAD_REQUEST");
}
