import type { RotationHolder } from "@briksync/sdk";
import { sanitizeText } from "../text/sanitize.ts";

/** The rotation that is in the way: `the rotation 7d0f… of ada@partner.com, begun 2026-02-01T10:30:00Z`. */
export function describeHolder(holder: RotationHolder | null): string {
  if (holder === null) return "another rotation of this key";
  const { rotationId, startedOn, startedBy } = holder;
  const who = startedBy === undefined ? "" : ` of ${sanitizeText(startedBy)}`;
  const when = startedOn === undefined ? "" : `, begun ${sanitizeText(shortenTime(startedOn))}`;
  return `the rotation ${sanitizeText(rotationId)}${who}${when}`;
}

/**
 * What a person is told while it is waited for {@link describeHolder}. Whether a run is at work is not known: the lease remains after one that ended,
 * in order or not.
 */
export function describeWaiting(holder: RotationHolder | null): string {
  const end = holder?.leaseExpiresOn;
  const until = end === undefined ? "" : `, is over at ${sanitizeText(shortenTime(end))} unless renewed`;
  const lease = until === "" ? "" : `; its lease, which a run that ended leaves too${until}`;
  return `Waiting for ${describeHolder(holder)}. A run of it may still be at work${lease}.`;
}

/** A time to the second. */
export function shortenTime(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}
