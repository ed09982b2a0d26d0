import type { Dependencies } from "../domain/dependencies.ts";
import { StoreOutcomeUnknownError, StoreUnavailableError } from "../store/store.ts";

/**
 * Returns the result of `work`, or `otherwise` if the database fails or the outcome is unknown. Reports the failure, so
 * that a browser gets a page instead of an error.
 */
export async function unlessStoreFails<T, const U>(
  deps: Pick<Dependencies, "reportFailure">,
  what: string,
  work: () => Promise<T>,
  otherwise: U,
): Promise<T | U> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreUnavailableError || error instanceof StoreOutcomeUnknownError)) throw error;
    deps.reportFailure(what, error);
    return otherwise;
  }
}
