import type { ManagementQuota } from "../domain/limits/management-limiter.ts";

/** The rate limit headers of a session, with their OpenAPI descriptions. */
export const rateLimitHeaders = {
  "RateLimit-Limit": "Calls that the session can make in a burst. Missing if the session is unknown",
  "RateLimit-Remaining":
    "Calls that the session can still make in a burst. A page of a long list counts as several calls",
  "RateLimit-Reset": "Seconds until the full burst is available again",
} as const;

/** Returns the headers of a response. */
export function toRateLimitHeaders(quota: ManagementQuota): Record<keyof typeof rateLimitHeaders, number> {
  return {
    "RateLimit-Limit": quota.limit,
    "RateLimit-Remaining": quota.remaining,
    "RateLimit-Reset": quota.resetSeconds,
  };
}
