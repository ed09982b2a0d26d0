import type { Dependencies } from "../domain/dependencies.ts";
import { StoreOutcomeUnknownError, StoreUnavailableError } from "../store/store.ts";

/**
 * What the work gives, or `otherwise` when the database cannot serve it now, or does not say whether it did. The operator
 * hears of that; a browser gets a page instead of the error.
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
