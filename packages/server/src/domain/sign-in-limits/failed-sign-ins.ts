import type { UserRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";

/** A sign-in of an existing user that was refused. */
export interface FailedSignIn {
  readonly user: UserRecord;
  readonly origin: Origin;
  readonly occurredOn: Date;
}

const flushIntervalMs = 2000;
const pendingMax = 10_000;

/**
 * Collects failed sign-ins and writes them to the audit trail at fixed intervals. Written right after the answer, the
 * pause of the disk would tell whoever asks something else at that moment that the user exists (S-04).
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

  /** Notes one; beyond ten thousand in two seconds the rest is only counted by the limiter. */
  record(failure: FailedSignIn): void {
    if (this.#pending.length < pendingMax) this.#pending.push(failure);
  }

  /** Writes what is pending; never rejects. What cannot be written is reported and given up. */
  flush(): Promise<void> {
    const failures = this.#pending;
    if (failures.length === 0) return this.#flushing;
    this.#pending = [];
    this.#flushing = this.#flushing.then(() => this.#write(failures)).catch(this.#reportFailure);
    return this.#flushing;
  }

  /** Writes what is pending and stops. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
