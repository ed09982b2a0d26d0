const capacity = 100;
const refundPerSuccess = 0.1;

/**
 * Limits retries, so that they do not multiply the load of an overloaded server. Allows 100 retries in a burst, and one
 * per ten successful calls over time.
 */
export class RetryBudget {
  #tokens = capacity;

  /** Uses one retry of the budget. Returns false if the budget is empty. */
  spend(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Counts a successful call. */
  refund(): void {
    if (this.#tokens < capacity) this.#tokens = Math.min(capacity, this.#tokens + refundPerSuccess);
  }
}
