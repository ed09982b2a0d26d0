import type { ManagementQuota } from "../domain/limits/management-limiter.ts";

/** The headers that tell what a session may still do, as OpenAPI describes them. */
export const rateLimitHeaders = {
  "RateLimit-Limit": "Calls that the session can make at once. Absent while the session is not known",
  "RateLimit-Remaining": "Calls that the session can still make at once. A page of a long list counts as several calls",
  "RateLimit-Reset": "Seconds until the session can make all of these calls at once again",
} as const;

/** The headers for an answer. */
export function toRateLimitHeaders(quota: ManagementQuota): Record<keyof typeof rateLimitHeaders, number> {
  return {
    "RateLimit-Limit": quota.limit,
    "RateLimit-Remaining": quota.remaining,
    "RateLimit-Reset": quota.resetSeconds,
  };
}
