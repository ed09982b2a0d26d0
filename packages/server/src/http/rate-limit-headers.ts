import type { ManagementQuota } from "../domain/limits/management-limiter.ts";

/** The headers that tell what a session may still do, as OpenAPI describes them. */
export const rateLimitHeaders = {
  "RateLimit-Limit": "Calls that the session can make in a burst. Missing if the session is unknown",
  "RateLimit-Remaining":
    "Calls that the session can still make in a burst. A page of a long list counts as several calls",
  "RateLimit-Reset": "Seconds until the full burst is available again",
} as const;

/** The headers for an answer. */
export function toRateLimitHeaders(quota: ManagementQuota): Record<keyof typeof rateLimitHeaders, number> {
  return {
    "RateLimit-Limit": quota.limit,
    "RateLimit-Remaining": quota.remaining,
    "RateLimit-Reset": quota.resetSeconds,
  };
}
