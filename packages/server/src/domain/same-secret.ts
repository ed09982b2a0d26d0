import { createHash, timingSafeEqual } from "node:crypto";

/** Whether two secrets are the same, in a time that tells neither where they differ nor how long the other is. */
export function isSameSecret(expected: string, shown: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(expected), digest(shown));
}
