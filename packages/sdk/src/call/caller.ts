import type { Outcome } from "../errors/error-types.ts";
import type { BrikSyncError } from "../errors/errors.ts";
import { isBrikSyncError } from "../errors/guards.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { BaseUrl } from "../transport/base-url.ts";
import { Deadline, DeadlineStop } from "../transport/deadline.ts";
import type { Runtime } from "../transport/runtime.ts";
import { TransportFailure, type TransportRequest, type TransportResponse } from "../transport/transport.ts";
import type { Call, CallResponse } from "./call.ts";
import { checkIdempotencyKey } from "./header-value.ts";
import { parseJson } from "./json.ts";
import { checkTimeout } from "./option-names.ts";
import {
  adoptError,
  createError,
  describeErrorResponse,
  describeFailure,
  describeStop,
  describeUnreadable,
  type Problem,
  type ProblemContext,
  readRequestId,
} from "./problem.ts";
import { announcesReplay } from "./replay-support.ts";
import { mayRepeat, planRetry } from "./retry.ts";
import { RetryBudget } from "./retry-budget.ts";
import type { TokenSource } from "./tokens.ts";
import type { TransportEvent } from "./transport-event.ts";

/** Settings that all calls of a client share. */
export interface CallerSettings {
  readonly baseUrl: BaseUrl;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly onEvent: ((event: TransportEvent) => void) | undefined;
  readonly runtime: Runtime;
}

/** The state of a running call. */
interface Run {
  readonly call: Call;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly deadline: Deadline;
  readonly idempotencyKey: string | undefined;
  attempts: number;
  retries: number;
  hasRenewed: boolean;
  outcome: Outcome;
}

/**
 * Executes an API call: adds credentials, retries, and renews the token once after a 401. One deadline covers all
 * attempts and waits.
 */
export class Caller {
  readonly #settings: CallerSettings;
  readonly #budget = new RetryBudget();
  #isReplayKnown = false;

  constructor(settings: CallerSettings) {
    this.#settings = settings;
  }

  /**
   * Sends a call and returns the successful response. Sends a token of `tokens`, unless it is null. Throws an error of
   * the SDK.
   */
  async send(call: Call, tokens: TokenSource | null, options: CallOptions = {}): Promise<CallResponse> {
    const run = this.#begin(call, options);
    try {
      for (;;) {
        if (run.deadline.stoppedBy !== null) throw this.#fail(run, this.#describeStop(run));
        const token = tokens === null ? null : await this.#take(run, tokens.current());
        const result = await this.#attempt(run, token);
        if ("response" in result) {
          this.#budget.refund();
          return result;
        }
        run.outcome = pickWorse(run.outcome, result.outcome);
        if (tokens !== null && token !== null && !run.hasRenewed && isTokenRefused(result)) {
          run.hasRenewed = true;
          if ((await this.#take(run, tokens.renew(token))) !== null) continue;
        }
        await this.#waitForRetry(run, result);
      }
    } finally {
      run.deadline.close();
    }
  }

  #begin(call: Call, { signal, timeoutMs = this.#settings.timeoutMs, idempotencyKey }: CallOptions): Run {
    const { createIdempotencyKey } = this.#settings.runtime;
    const isKeyed = call.repetition === "keyed";
    return {
      call,
      timeoutMs,
      signal,
      idempotencyKey: isKeyed ? checkIdempotencyKey(idempotencyKey ?? createIdempotencyKey()) : undefined,
      deadline: new Deadline(checkTimeout(timeoutMs), signal),
      attempts: 0,
      retries: 0,
      hasRenewed: false,
      outcome: "not-sent",
    };
  }

  /** Waits for a token within the deadline. A failed renewal becomes an error of this call. */
  async #take<T extends string | null>(run: Run, token: T | Promise<T>): Promise<T> {
    if (token === null || typeof token === "string") return token;
    try {
      return await run.deadline.limit(token);
    } catch (error) {
      if (error instanceof DeadlineStop) throw this.#fail(run, this.#describeStop(run));
      if (isBrikSyncError(error)) throw this.#fail(run, adoptError(error, run.outcome));
      throw error;
    }
  }

  /** Sends one request and returns its response or problem. */
  async #attempt(run: Run, token: string | null): Promise<CallResponse | Problem> {
    run.attempts++;
    const { onEvent, runtime } = this.#settings;
    this.#emit(run, { kind: "request" });
    const startedMs = performance.now();
    let response: TransportResponse;
    try {
      response = await runtime.transport.send(this.#createRequest(run, token), run.deadline);
    } catch (failure) {
      if (failure instanceof DeadlineStop) return this.#describeStop(run, failure.wasSent ? "unknown" : "not-sent");
      if (!(failure instanceof TransportFailure)) throw failure;
      return describeFailure(failure, this.#createContext(run.call, token));
    }
    if (onEvent !== undefined) {
      const requestId = readRequestId(response, this.#createContext(run.call, token).secrets);
      const durationMs = performance.now() - startedMs;
      const serverTime = readServerTime(response);
      this.#emit(run, { kind: "response", status: response.status, requestId, durationMs, serverTime });
    }
    const result = this.#read(run.call, token, response);
    // Responses of a gateway and of the data plane do not show what the server supports.
    if (!run.call.isDataPlane && ("response" in result || result.name === "ApiError")) {
      this.#isReplayKnown = announcesReplay(response);
    }
    return result;
  }

  #createRequest({ call, idempotencyKey }: Run, token: string | null): TransportRequest {
    const { baseUrl, runtime } = this.#settings;
    const headers: Record<string, string> = { accept: "application/json", ...call.headers };
    if (runtime.userAgent !== null) headers["user-agent"] = runtime.userAgent;
    if (token !== null) headers["authorization"] = `Bearer ${token}`;
    if (call.body !== null) headers["content-type"] ??= "application/json";
    if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
    return { method: call.method, origin: baseUrl.origin, path: baseUrl.prefix + call.path, headers, body: call.body };
  }

  #read(call: Call, token: string | null, response: TransportResponse): CallResponse | Problem {
    if (response.status < 200 || response.status > 299) {
      const { maySendTwice } = this.#settings.runtime.transport;
      const described = describeErrorResponse(response, this.#createContext(call, token));
      // An operation that the server does not support cannot have had an effect.
      const hasOperation = described.feature === undefined;
      const mayHaveTakenEffect =
        maySendTwice && hasOperation && mayFollowOwnEffect(call, described.status, announcesReplay(response));
      const problem = mayHaveTakenEffect ? { ...described, outcome: "unknown" as const } : described;
      return call.finalStatuses?.includes(response.status) ? { ...problem, isTransient: false } : problem;
    }
    const body = parseJson(response.body);
    const { accepts = isEmptyOrJson } = call;
    if (accepts(body, response.body)) return { body, response };
    return describeUnreadable(response, this.#createContext(call, token));
  }

  #createContext(call: Call, token: string | null): ProblemContext {
    const { baseUrl, runtime } = this.#settings;
    const secrets = [...(call.secrets ?? []), ...(token === null ? [] : [token])];
    return { origin: baseUrl.origin, feature: call.feature, secrets, nowMs: runtime.now() };
  }

  /** Waits until the next attempt may start, or throws the error of the call. */
  async #waitForRetry(run: Run, problem: Problem): Promise<void> {
    const { maxRetries, runtime } = this.#settings;
    const delayMs = planRetry({
      ...problem,
      repetition: run.call.repetition,
      isReplayKnown: this.#isReplayKnown,
      retries: run.retries,
      maxRetries,
      remainingMs: run.deadline.remainingMs,
      random: runtime.random(),
    });
    // A healthy server that returns Retry-After controls the rate of retries itself. The budget protects overloaded
    // servers.
    const isPaced = problem.type === "RATE_LIMITED" && problem.retryAfterSeconds !== undefined;
    if (delayMs === null || !(isPaced || this.#budget.spend())) throw this.#fail(run, problem);
    run.retries++;
    const { type, status } = problem;
    this.#emit(run, { kind: "retry", delayMs, type, status });
    await run.deadline.wait(delayMs);
  }

  #describeStop({ deadline, timeoutMs, signal, outcome: before }: Run, outcome = before): Problem {
    return describeStop(deadline.stoppedBy, outcome, timeoutMs, signal?.reason);
  }

  #fail(run: Run, problem: Problem): BrikSyncError {
    const { outcome, call } = run;
    const isHarmless = outcome === "rejected" || mayRepeat({ ...call, isReplayKnown: this.#isReplayKnown, outcome });
    const error = createError(problem, {
      outcome,
      attempts: run.attempts,
      retryable: isWorthLater(problem) && isHarmless,
      idempotencyKey: run.idempotencyKey,
    });
    const { type, status, requestId } = error;
    this.#emit(run, { kind: "error", type, status, requestId });
    return error;
  }

  #emit({ call: { method, template }, attempts }: Run, event: EventFacts): void {
    try {
      this.#settings.onEvent?.({ ...event, method, path: template, attempt: attempts });
    } catch {
      // A debug listener must not make a call fail.
    }
  }
}

type WithoutPlace<Event> = Event extends unknown ? Omit<Event, "method" | "path" | "attempt"> : never;
type EventFacts = WithoutPlace<TransportEvent>;

function readServerTime(response: TransportResponse): Date | undefined {
  const date = new Date(response.header("date") ?? "");
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Returns the worse of two outcomes. The best is "not-sent", the worst is "unknown". */
function pickWorse(one: Outcome, other: Outcome): Outcome {
  return one === "unknown" || other === "not-sent" ? one : other;
}

/** Refusals that depend only on the request, not on earlier requests. */
const certainStatuses = [400, 401, 403, 413, 415, 422];

/** Refusals that a server returns only after it has looked up the Idempotency-Key. */
const refusalsAfterReplay = [404, 409];

/**
 * Returns whether a refusal may be the response to the second of two equal requests, of which the first took effect. A
 * server that replays keyed calls would have returned the first response again.
 */
function mayFollowOwnEffect({ method, repetition, changesCredential }: Call, status = 0, replays = false): boolean {
  if (method === "GET") return false;
  if (repetition === "keyed" && replays && refusalsAfterReplay.includes(status)) return false;
  return !certainStatuses.includes(status) || (status === 401 && changesCredential === true);
}

/**
 * Returns whether a body is empty or JSON. Operations without a response body accept no other body, such as the HTML of
 * a proxy.
 */
function isEmptyOrJson(body: unknown, text: string): boolean {
  return text === "" || body !== undefined;
}

/**
 * Returns whether a later call may succeed. A call that another rotation blocks may succeed later, but usually not
 * within its own retries.
 */
function isWorthLater({ isTransient, type, retryAfterSeconds }: Problem): boolean {
  return isTransient || (type === "ROTATION_IN_PROGRESS" && retryAfterSeconds !== undefined);
}

/** Returns whether the server refused the token itself. A new token does not help against other 401s. */
function isTokenRefused(problem: Problem): boolean {
  return problem.status === 401 && (problem.type === "UNAUTHORIZED" || problem.type === "INVALID_RESPONSE");
}
