import type { RotationHolder } from "@briksync/sdk";
import { sanitizeText } from "../text/sanitize.ts";

/** The rotation that is in the way: `the rotation 7d0f… of ada@partner.com, begun 2026-02-01T10:30:00Z`. */
export function describeHolder(holder: RotationHolder | null): string {
  if (holder === null) return "another rotation of this key";
  const { rotationId, startedOn, startedBy } = holder;
  const when = startedOn === undefined ? "" : ` at ${sanitizeText(shortenTime(startedOn))}`;
  const rotation = `rotation ${sanitizeText(rotationId)}`;
  if (startedBy !== undefined) return `${rotation}, which ${sanitizeText(startedBy)} started${when}`;
  return when === "" ? rotation : `${rotation} that started${when}`;
}

/**
 * What a person is told while it is waited for {@link describeHolder}. Whether a run is at work is not known: the lease remains after one that ended,
 * in order or not.
 */
export function describeWaiting(holder: RotationHolder | null): string {
  const end = holder?.leaseExpiresOn;
  const lease =
    end === undefined ? "" : ` Its lease expires at ${sanitizeText(shortenTime(end))} unless it is renewed.`;
  return `Waiting for ${describeHolder(holder)}.${lease} A run that has ended can leave a lease behind.`;
}

/** A time to the second. */
export function shortenTime(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}
