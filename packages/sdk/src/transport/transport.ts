import type { Deadline } from "./deadline.ts";

/** One HTTP request, ready to send. */
export interface TransportRequest {
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Absolute path with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** One HTTP answer, read to its end. */
export interface TransportResponse {
  readonly status: number;
  readonly body: string;
  /** Value of a header, by lower-case name; several are joined by commas. */
  header(name: string): string | null;
}

/** Sends one request: no redirect, no cookie. */
export interface Transport {
  /**
   * Whether what is below may send a request a second time by itself. Chromium and Deno do so when a connection that was kept
   * open breaks before the answer, also with a POST. A refusal may then be about the second time, after the first had an effect.
   */
  readonly maySendTwice: boolean;
  /** Resolves with the whole answer; rejects with `TransportFailure`, or at once with `DeadlineStop`. */
  send(request: TransportRequest, deadline: Deadline): Promise<TransportResponse>;
}

/**
 * Why there is no answer: `connection` none or a broken one, `unreachable` one that trying again will not mend,
 * `truncated` it broke while the answer came, `too-large`, `redirect` hidden by the runtime, `not-http` garbage.
 */
export type FailureKind = "connection" | "unreachable" | "truncated" | "too-large" | "redirect" | "not-http";

/** What a transport's own error told. A copy of what matters: the original may hold the request with its headers. */
export interface Fault {
  readonly message: string;
  /** Code of the operating system or library, empty where there is none. */
  readonly code: string;
}

/** What a transport rejects with; never leaves this package. */
export class TransportFailure extends Error {
  readonly kind: FailureKind;
  /** False only when it is certain that no byte of the request left. */
  readonly wasSent: boolean;
  readonly fault: Fault | undefined;
  /** Status of the answer, when its head had come. */
  readonly status: number | undefined;

  constructor(kind: FailureKind, wasSent: boolean, fault?: Fault, status?: number) {
    super();
    this.kind = kind;
    this.wasSent = wasSent;
    this.fault = fault;
    this.status = status;
  }
}

/** An answer larger than this is not read: the largest documented one, a page of 1000 keys, is far smaller. */
export const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;
