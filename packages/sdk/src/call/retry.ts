import type { ErrorType, Outcome } from "../errors/error-types.ts";

/**
 * How an operation may be repeated: `safe` a second time changes nothing; `keyed` it carries an Idempotency-Key;
 * `once` a second time would be a second effect.
 */
export type Repetition = "safe" | "keyed" | "once";

/** What the decision about another attempt is made from. */
export interface RetryFacts {
  readonly repetition: Repetition;
  /** Whether the server has said that it replays keyed calls. */
  readonly isReplayKnown: boolean;
  readonly outcome: Outcome;
  /** Whether the fault may go away by itself. */
  readonly isTransient: boolean;
  /** Repetitions already made. */
  readonly retries: number;
  readonly maxRetries: number;
  readonly retryAfterSeconds?: number | undefined;
  readonly remainingMs: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

const BASE_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;

/**
 * Milliseconds until the next attempt, or null for none. What was never sent may always go again; else only
 * safe calls, and keyed calls to a server known to replay them. Full jitter under an exponential ceiling;
 * a Retry-After is waited in full, and when it does not fit in the deadline there is no attempt at all.
 */
export function planRetry(facts: RetryFacts): number | null {
  if (!facts.isTransient || facts.retries >= facts.maxRetries || !mayRepeat(facts)) return null;
  const ceilingMs = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** facts.retries);
  const delayMs = (facts.retryAfterSeconds ?? 0) * 1000 + facts.random * ceilingMs;
  return delayMs < facts.remainingMs ? delayMs : null;
}

/** Whether a repetition could not make the operation happen twice. */
export function mayRepeat(facts: Pick<RetryFacts, "repetition" | "isReplayKnown" | "outcome">): boolean {
  return (
    facts.outcome === "not-sent" || facts.repetition === "safe" || (facts.repetition === "keyed" && facts.isReplayKnown)
  );
}

/** Whether a refusal says that the same request may succeed a moment later. */
export function isTransientRefusal(status: number, type: ErrorType | undefined): boolean {
  return [408, 429, 502, 503, 504].includes(status) || type === "IDEMPOTENCY_IN_PROGRESS";
}

/** Longer than anybody waits, and short enough for every clock and timer. */
const LONGEST_RETRY_AFTER_SECONDS = 10 * 365 * 86_400;

/**
 * Reads `Retry-After` (RFC 9110, section 10.2.3) as seconds from now. A date is compared with the server's own clock, which its
 * `Date` header shows, and with this machine's clock only without one. Returns undefined for a value that is absent or
 * malformed, which loses the timing and not the retry.
 */
export function parseRetryAfter(header: string | null, date: string | null, nowMs: number): number | undefined {
  const seconds = readSeconds(header) ?? readSecondsUntil(header, date, nowMs);
  return seconds === undefined ? undefined : Math.min(Math.max(0, Math.ceil(seconds)), LONGEST_RETRY_AFTER_SECONDS);
}

/** Seconds as a number. Some servers send a fraction, and a gateway may send a second header: the longest counts. */
function readSeconds(header: string | null): number | undefined {
  const texts = (header ?? "").split(",").map((text) => text.trim());
  return texts.every((text) => /^\d+(\.\d+)?$/.test(text)) ? Math.max(...texts.map(Number)) : undefined;
}

function readSecondsUntil(header: string | null, date: string | null, nowMs: number): number | undefined {
  const untilMs = parseHttpDate(header);
  return untilMs === undefined ? undefined : (untilMs - (parseHttpDate(date) ?? nowMs)) / 1000;
}

/** Reads the three forms of a date that HTTP knows; the oldest one does not name its time zone, which is UTC. */
function parseHttpDate(text: string | null): number | undefined {
  const trimmed = text?.trim() ?? "";
  const isAsctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/.test(trimmed);
  if (!isAsctime && !trimmed.endsWith(" GMT")) return undefined;
  const dateMs = Date.parse(isAsctime ? `${trimmed} GMT` : trimmed);
  return Number.isNaN(dateMs) ? undefined : dateMs;
}
