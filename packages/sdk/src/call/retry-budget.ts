const CAPACITY = 100;
const REFUND_PER_SUCCESS = 0.1;

/**
 * Bounds what retries may add to a server's load: 100 at once, and in the long run one per ten calls
 * that succeed, so that a server in trouble does not get three times its traffic.
 */
export class RetryBudget {
  #tokens = CAPACITY;

  /** Takes one retry out of the budget; false when it is used up. */
  spend(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Counts a call that succeeded. */
  refund(): void {
    if (this.#tokens < CAPACITY) this.#tokens = Math.min(CAPACITY, this.#tokens + REFUND_PER_SUCCESS);
  }
}
