import { type BrikSyncError, isBrikSyncError } from "../src/index.ts";

/** The error a call fails with; fails the test when it succeeds or fails with anything else. */
export async function catchError(call: Promise<unknown>): Promise<BrikSyncError> {
  const result = await call.then(
    () => new Error("the call succeeded"),
    (error: unknown) => error,
  );
  if (isBrikSyncError(result)) return result;
  throw new Error("not an error of this package", { cause: result });
}
