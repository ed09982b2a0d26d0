import { type BrikSyncError, isBrikSyncError } from "../../src/index.ts";

/** Returns the error of a call. Fails the test if the call succeeds or throws another kind of error. */
export async function catchError(call: Promise<unknown>): Promise<BrikSyncError> {
  const result = await call.then(
    () => new Error("the call succeeded"),
    (error: unknown) => error,
  );
  if (isBrikSyncError(result)) return result;
  throw new Error("not an error of this package", { cause: result });
}
