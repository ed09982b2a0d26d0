/** Receives messages of the store for the operator. */
export interface StoreReporter {
  note(what: string, details: Readonly<Record<string, unknown>>): void;
  warn(what: string): void;
  /** Reports a failure that no caller waits for. */
  failure(what: string, error: unknown): void;
}

/** A reporter that ignores all messages. */
export const silentReporter: StoreReporter = {
  note: () => undefined,
  warn: () => undefined,
  failure: () => undefined,
};
