import type { Secret } from "../secret/secret.ts";
import type { ApiErrorType, ErrorDetail, ErrorType, Outcome } from "./error-types.ts";

/** Marks the errors of every copy of this package. */
export const BRAND = Symbol.for("@briksync/sdk/error");
const HIDDEN_FACTS = ["cause", "idempotencyKey", "clientSecret"];

/** The facts every error of this package carries besides its message. */
export interface ErrorFacts {
  readonly type: ErrorType;
  readonly outcome: Outcome;
  readonly retryable: boolean;
  readonly attempts: number;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly details?: readonly ErrorDetail[] | undefined;
  readonly feature?: string | undefined;
  readonly clientSecret?: Secret | undefined;
  readonly cause?: unknown;
}

/**
 * Base of all errors of this package. No credential, header or body is in its message, its JSON or what
 * `console.log` prints. Tell errors apart by `name` and `type` or by the guards, which also hold for
 * errors made by another copy of this package.
 */
export class BrikSyncError extends Error {
  declare readonly type: ErrorType;
  /** What is known about the effect of the call. */
  declare readonly outcome: Outcome;
  /** Whether the same call, made again later, may succeed without a danger of happening twice. */
  declare readonly retryable: boolean;
  /** Requests that were tried for this call, repetitions included. */
  declare readonly attempts: number;
  /** HTTP status, when there was an answer. */
  declare readonly status?: number;
  /** The server's `x-request-id`, for its operator. */
  declare readonly requestId?: string;
  /** Seconds the server asked to wait. */
  declare readonly retryAfterSeconds?: number;
  /**
   * The Idempotency-Key of a create or rotate. Pass it to the same call again to ask for the same answer.
   * Not enumerable and not in the JSON: on servers that replay, it opens the stored answer.
   */
  declare readonly idempotencyKey?: string;

  constructor(message: string, facts: ErrorFacts) {
    super(message);
    for (const [name, value] of Object.entries(facts)) {
      const enumerable = !HIDDEN_FACTS.includes(name);
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable });
    }
  }

  override get name(): string {
    return "BrikSyncError";
  }

  get [BRAND](): true {
    return true;
  }

  /** Name, message and the enumerable facts; neither stack nor cause. */
  toJSON(): object {
    return Object.assign({ name: this.name, message: this.message }, this);
  }
}

/** The server understood the request and said no, in one of the documented error bodies. */
export class ApiError extends BrikSyncError {
  declare readonly type: ApiErrorType;
  declare readonly status: number;
  /** The fields the server objected to (`VALIDATION_FAILED`). */
  declare readonly details?: readonly ErrorDetail[];
  /** Set on a 404 or 405 that probably means: this server does not offer the named operation. */
  declare readonly feature?: string;

  override get name(): "ApiError" {
    return "ApiError";
  }
}

/** The server could not be reached, or the connection broke before an answer began. */
export class ConnectionError extends BrikSyncError {
  override get name(): "ConnectionError" {
    return "ConnectionError";
  }
}

/** The deadline of the call passed; it covers connecting, waiting, repetitions and reading the answer. */
export class TimeoutError extends BrikSyncError {
  override get name(): "TimeoutError" {
    return "TimeoutError";
  }
}

/** The caller's signal ended the call; `cause` is the signal's reason. */
export class AbortedError extends BrikSyncError {
  override get name(): "AbortedError" {
    return "AbortedError";
  }
}

/** An answer came that is not BrikSync's: HTML, cut off, too large, a redirect, not the documented shape. */
export class ResponseError extends BrikSyncError {
  /** Set where a server was to stage a secret and replaced it at once: the new one, which works, and which nobody else has. */
  declare readonly clientSecret?: Secret;

  override get name(): "ResponseError" {
    return "ResponseError";
  }
}

/** The client was built or called in a way that cannot work; nothing was sent. */
export class ConfigurationError extends BrikSyncError {
  constructor(message: string, facts: Partial<ErrorFacts> = {}) {
    super(message, { type: "CONFIGURATION", outcome: "not-sent", retryable: false, attempts: 0, ...facts });
  }

  override get name(): "ConfigurationError" {
    return "ConfigurationError";
  }
}
