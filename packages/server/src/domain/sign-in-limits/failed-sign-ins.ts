import type { UserRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";

/** A refused sign-in of an existing user. */
export interface FailedSignIn {
  readonly user: UserRecord;
  readonly origin: Origin;
  readonly occurredOn: Date;
  /** Set if the first factor was right. */
  readonly step?: "second-factor";
}

const flushIntervalMs = 2000;
const pendingMax = 10_000;

/**
 * Collects failed sign-ins and writes them to the audit trail at fixed intervals. An immediate write would delay other
 * responses and reveal that the user exists (S-04).
 */
export class FailedSignIns {
  #pending: FailedSignIn[] = [];
  #flushing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;
  readonly #write: (failures: readonly FailedSignIn[]) => Promise<void>;
  readonly #reportFailure: (error: unknown) => void;

  constructor(write: (failures: readonly FailedSignIn[]) => Promise<void>, reportFailure: (error: unknown) => void) {
    this.#write = write;
    this.#reportFailure = reportFailure;
    this.#timer = setInterval(() => void this.flush(), flushIntervalMs);
    this.#timer.unref();
  }

  /** Adds a failure. After ten thousand in two seconds, the others are only counted by the limiter. */
  record(failure: FailedSignIn): void {
    if (this.#pending.length < pendingMax) this.#pending.push(failure);
  }

  /** Writes pending failures. Never rejects. Failures that cannot be written are reported and dropped. */
  flush(): Promise<void> {
    const failures = this.#pending;
    if (failures.length === 0) return this.#flushing;
    this.#pending = [];
    this.#flushing = this.#flushing.then(() => this.#write(failures)).catch(this.#reportFailure);
    return this.#flushing;
  }

  /** Writes pending failures and stops. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
