import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Returns whether two secrets are equal, in constant time. The time does not depend on the position of a difference or
 * on lengths.
 */
export function isSameSecret(expected: string, shown: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(expected), digest(shown));
}
