import type { RotationHolder } from "@briksync/sdk";
import { sanitizeText } from "../output/sanitize.ts";

/** The rotation that is in the way: `the rotation 7d0f… of ada@partner.com, begun 2026-02-01T10:30:00Z`. */
export function describeHolder(holder: RotationHolder | null): string {
  if (holder === null) return "another rotation of this key";
  const { rotationId, startedOn, startedBy } = holder;
  const who = startedBy === undefined ? "" : ` of ${sanitizeText(startedBy)}`;
  const when = startedOn === undefined ? "" : `, begun ${sanitizeText(shortenTime(startedOn))}`;
  return `the rotation ${sanitizeText(rotationId)}${who}${when}`;
}

/** A time to the second. */
export function shortenTime(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}
