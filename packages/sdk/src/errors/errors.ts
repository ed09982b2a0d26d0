import type { Secret } from "../secret/secret.ts";
import type { ApiErrorType, ErrorDetail, ErrorType, Outcome } from "./error-types.ts";

/** Identifies the errors of all copies of this package. */
export const brand = Symbol.for("@briksync/sdk/error");
const hiddenFacts = ["cause", "idempotencyKey", "clientSecret"];

/** The properties of an error in addition to its message. */
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
 * Base class of all errors of the SDK. Its message, JSON and `console.log` output never contain credentials, headers or
 * bodies. To distinguish errors, use `name` and `type` or the guards. The guards also work across copies of this
 * package.
 *
 * @example
 * try {
 *   await briksync.keys.create({ name: "CRM" });
 * } catch (error) {
 *   if (isApiError(error, "PLAN_UPGRADE_REQUIRED")) showUpgradeNotice();
 *   else throw error;
 * }
 */
export class BrikSyncError extends Error {
  declare readonly type: ErrorType;
  /** Effect of the failed call. */
  declare readonly outcome: Outcome;
  /** Whether you can repeat the same call later without the risk that it takes effect twice. */
  declare readonly retryable: boolean;
  /** Number of requests that the SDK tried for this call, including retries. */
  declare readonly attempts: number;
  /** HTTP status, if there was a response. */
  declare readonly status?: number;
  /** `x-request-id` of the response. The operator can use it to find the request in the server log. */
  declare readonly requestId?: string;
  /** Seconds to wait before the next attempt, as requested by the server. */
  declare readonly retryAfterSeconds?: number;
  /**
   * The Idempotency-Key of a create or rotate call. To get the same response, repeat the call with this key. It is not
   * enumerable and not in the JSON, because it gives access to the stored response.
   */
  declare readonly idempotencyKey?: string;

  constructor(message: string, facts: ErrorFacts) {
    super(message);
    for (const [name, value] of Object.entries(facts)) {
      const enumerable = !hiddenFacts.includes(name);
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable });
    }
  }

  override get name(): string {
    return "BrikSyncError";
  }

  get [brand](): true {
    return true;
  }

  /** Returns the name, the message and the enumerable properties, without stack and cause. */
  toJSON(): object {
    return Object.assign({ name: this.name, message: this.message }, this);
  }
}

/** The server refused the request with a documented error. */
export class ApiError extends BrikSyncError {
  declare readonly type: ApiErrorType;
  declare readonly status: number;
  /** The fields that the server did not accept (`VALIDATION_FAILED`). */
  declare readonly details?: readonly ErrorDetail[];
  /** The operation that this server probably does not support. Set on a 404 or 405. */
  declare readonly feature?: string;

  override get name(): "ApiError" {
    return "ApiError";
  }
}

/** The server is unreachable, or the connection closed before a response started. */
export class ConnectionError extends BrikSyncError {
  override get name(): "ConnectionError" {
    return "ConnectionError";
  }
}

/** The deadline of the call passed. It covers connecting, waiting, retries and reading the response. */
export class TimeoutError extends BrikSyncError {
  override get name(): "TimeoutError" {
    return "TimeoutError";
  }
}

/** The signal of the caller aborted the call. `cause` is the reason of the signal. */
export class AbortedError extends BrikSyncError {
  override get name(): "AbortedError" {
    return "AbortedError";
  }
}

/** The response is not a BrikSync response: for example HTML, truncated, too large, or a redirect. */
export class ResponseError extends BrikSyncError {
  /** The new secret. Set if the server rotated the key immediately instead of starting a staged rotation. */
  declare readonly clientSecret?: Secret;

  override get name(): "ResponseError" {
    return "ResponseError";
  }
}

/** The options of the client or the arguments of a call are not valid. Nothing was sent. */
export class ConfigurationError extends BrikSyncError {
  constructor(message: string, facts: Partial<ErrorFacts> = {}) {
    super(message, { type: "CONFIGURATION", outcome: "not-sent", retryable: false, attempts: 0, ...facts });
  }

  override get name(): "ConfigurationError" {
    return "ConfigurationError";
  }
}
