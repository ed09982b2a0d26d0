import type { Deadline } from "./deadline.ts";

/** An HTTP request, ready to send. */
export interface TransportRequest {
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Absolute path with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** A complete HTTP response. */
export interface TransportResponse {
  readonly status: number;
  readonly body: string;
  /** Returns the value of a header by its lowercase name. Several values are joined with commas. */
  header(name: string): string | null;
}

/** Sends HTTP requests. It follows no redirects and sends no cookies. */
export interface Transport {
  /**
   * Whether the runtime may resend a request by itself. Chromium and Deno do so if a kept connection closes before the
   * response, also for a POST. A refusal can then be about the second request, after the first one took effect.
   */
  readonly maySendTwice: boolean;
  /** Returns the complete response. Throws `TransportFailure`, or `DeadlineStop` when the call ends. */
  send(request: TransportRequest, deadline: Deadline): Promise<TransportResponse>;
}

/**
 * Why there is no response:
 * - `connection`: no connection, or it closed.
 * - `unreachable`: no connection, and a retry does not help.
 * - `truncated`: the connection closed during the response.
 * - `too-large`: the response is too large.
 * - `redirect`: the runtime hides the response, which is a redirect.
 * - `not-http`: the response is not HTTP.
 */
export type FailureKind = "connection" | "unreachable" | "truncated" | "too-large" | "redirect" | "not-http";

/** Copy of the details of a transport's error. The original may contain the request with its headers. */
export interface Fault {
  readonly message: string;
  /** Error code of the operating system or library. Empty if there is none. */
  readonly code: string;
}

/** Thrown by a transport. It never leaves the SDK. */
export class TransportFailure extends Error {
  readonly kind: FailureKind;
  /** False only if it is certain that nothing of the request was sent. */
  readonly wasSent: boolean;
  readonly fault: Fault | undefined;
  /** Status of the response, if its headers arrived. */
  readonly status: number | undefined;

  constructor(kind: FailureKind, wasSent: boolean, fault?: Fault, status?: number) {
    super();
    this.kind = kind;
    this.wasSent = wasSent;
    this.fault = fault;
    this.status = status;
  }
}

/** Limit of a response body. The largest documented response, a page of 1000 keys, is far smaller. */
export const maxResponseBytes = 16 * 1024 * 1024;
