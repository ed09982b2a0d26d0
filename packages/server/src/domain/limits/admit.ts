import { AppError } from "../../errors.ts";
import type { BucketLimit, TokenBuckets } from "./token-bucket.ts";

/**
 * Takes a token of a bucket.
 * @throws {AppError} RATE_LIMITED if there is none.
 */
export function admit(buckets: TokenBuckets, key: string, limit: BucketLimit): void {
  const taken = buckets.take(key, limit);
  if (!taken.allowed) throw new AppError("RATE_LIMITED", { retryAfterSeconds: taken.retryAfterSeconds });
}
