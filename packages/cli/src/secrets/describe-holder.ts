import type { RotationHolder } from "@briksync/sdk";
import { shortenTime } from "../text/relative-time.ts";
import { sanitizeText } from "../text/sanitize.ts";

/**
 * Returns the rotation that holds the lease: `rotation 7d0f…, which ada@partner.com started at 2026-02-01T10:30:00Z`.
 */
export function describeHolder(holder: RotationHolder | null): string {
  if (holder === null) return "another rotation of this key";
  const { rotationId, startedOn, startedBy } = holder;
  const when = startedOn === undefined ? "" : ` at ${sanitizeText(shortenTime(startedOn))}`;
  const rotation = `rotation ${sanitizeText(rotationId)}`;
  if (startedBy !== undefined) return `${rotation}, which ${sanitizeText(startedBy)} started${when}`;
  return when === "" ? rotation : `${rotation} that started${when}`;
}

/**
 * Returns the status message while the CLI waits for {@link describeHolder}. The CLI does not know whether a run is
 * active, because a run that has ended can leave a lease behind.
 */
export function describeWaiting(holder: RotationHolder | null): string {
  const end = holder?.leaseExpiresOn;
  const lease =
    end === undefined ? "" : ` Its lease expires at ${sanitizeText(shortenTime(end))} unless it is renewed.`;
  return `Waiting for ${describeHolder(holder)}.${lease} A run that has ended can leave a lease behind.`;
}
