/** What a store tells its operator, besides what it answers. */
export interface StoreReporter {
  note(what: string, details: Readonly<Record<string, unknown>>): void;
  warn(what: string): void;
  /** Something went wrong that no caller waits for. */
  failure(what: string, error: unknown): void;
}

/** Tells nobody. */
export const silentReporter: StoreReporter = {
  note: () => undefined,
  warn: () => undefined,
  failure: () => undefined,
};
