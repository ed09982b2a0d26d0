import type { ErrorType, Outcome } from "../errors/error-types.ts";

/**
 * How an operation can be retried:
 * - `safe`: a second call changes nothing.
 * - `keyed`: the call has an Idempotency-Key.
 * - `once`: a second call would take effect again.
 */
export type Repetition = "safe" | "keyed" | "once";

/** Input for the decision about a retry. */
export interface RetryFacts {
  readonly repetition: Repetition;
  /** Whether the server has announced that it replays keyed calls. */
  readonly isReplayKnown: boolean;
  readonly outcome: Outcome;
  /** Whether the failure is transient. */
  readonly isTransient: boolean;
  /** Number of retries so far. */
  readonly retries: number;
  readonly maxRetries: number;
  readonly retryAfterSeconds?: number | undefined;
  readonly remainingMs: number;
  /** Random number from 0 (inclusive) to 1 (exclusive), uniformly distributed. */
  readonly random: number;
}

const baseDelayMs = 200;
const maxDelayMs = 5_000;

/**
 * Returns the delay before the next attempt in milliseconds, or null for no retry. Only transient failures are retried,
 * and only if the request was never sent, is safe, or has an Idempotency-Key that the server honors. The delay is
 * `Retry-After` plus exponential backoff with full jitter. If it exceeds the deadline, there is no retry.
 */
export function planRetry(facts: RetryFacts): number | null {
  if (!facts.isTransient || facts.retries >= facts.maxRetries || !mayRepeat(facts)) return null;
  const ceilingMs = Math.min(maxDelayMs, baseDelayMs * 2 ** facts.retries);
  const delayMs = (facts.retryAfterSeconds ?? 0) * 1000 + facts.random * ceilingMs;
  return delayMs < facts.remainingMs ? delayMs : null;
}

/** Returns whether a retry is safe, because the operation cannot take effect twice. */
export function mayRepeat(facts: Pick<RetryFacts, "repetition" | "isReplayKnown" | "outcome">): boolean {
  return (
    facts.outcome === "not-sent" || facts.repetition === "safe" || (facts.repetition === "keyed" && facts.isReplayKnown)
  );
}

/** Returns whether the same request may succeed shortly after this refusal. */
export function isTransientRefusal(status: number, type: ErrorType | undefined): boolean {
  return [408, 429, 502, 503, 504].includes(status) || type === "IDEMPOTENCY_IN_PROGRESS";
}

/** The longest wait that is accepted. It is longer than any useful wait, and short enough for all clocks and timers. */
const longestRetryAfterSeconds = 10 * 365 * 86_400;

/**
 * Parses `Retry-After` (RFC 9110, section 10.2.3). Returns seconds from now, or undefined if the value is missing or
 * malformed. A date is compared with the `Date` header of the server, or with the local clock if there is none.
 */
export function parseRetryAfter(header: string | null, date: string | null, nowMs: number): number | undefined {
  const seconds = readSeconds(header) ?? readSecondsUntil(header, date, nowMs);
  return seconds === undefined ? undefined : Math.min(Math.max(0, Math.ceil(seconds)), longestRetryAfterSeconds);
}

/** Parses seconds, also with a fraction. If a gateway added a second header, returns the longest value. */
function readSeconds(header: string | null): number | undefined {
  const texts = (header ?? "").split(",").map((text) => text.trim());
  return texts.every((text) => /^\d+(\.\d+)?$/.test(text)) ? Math.max(...texts.map(Number)) : undefined;
}

function readSecondsUntil(header: string | null, date: string | null, nowMs: number): number | undefined {
  const untilMs = parseHttpDate(header);
  return untilMs === undefined ? undefined : (untilMs - (parseHttpDate(date) ?? nowMs)) / 1000;
}

/** Parses the three date formats of HTTP. The oldest format has no time zone and is in UTC. */
function parseHttpDate(text: string | null): number | undefined {
  const trimmed = text?.trim() ?? "";
  const isAsctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/.test(trimmed);
  if (!isAsctime && !trimmed.endsWith(" GMT")) return undefined;
  const dateMs = Date.parse(isAsctime ? `${trimmed} GMT` : trimmed);
  return Number.isNaN(dateMs) ? undefined : dateMs;
}
