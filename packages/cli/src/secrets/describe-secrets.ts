import type { LiveSecret } from "@briksync/sdk";
import { formatRelativeTime } from "../text/relative-time.ts";
import { wordLastUse } from "./describe-last-use.ts";

/** One line per secret that works, for people: `pending   made 2 minutes ago by ada@partner.com, never used, ends in 23 hours unless used`. */
export function describeSecrets(secrets: readonly LiveSecret[], now: Date): readonly string[] {
  const width = Math.max(0, ...secrets.map(({ state }) => state.length));
  return secrets.map((secret) => {
    const traits = [describeOrigin(secret, now), wordLastUse(secret, now), describeEnd(secret, now)];
    return `${secret.state.padEnd(width)}  ${traits.filter((trait) => trait !== null).join(", ")}`;
  });
}

/** `ends in 23 hours unless it is used` for a pending secret, `ends in 3 hours` for a retiring one; null for one that stays. */
export function describeEnd({ state, expiresOn, firstUsedOn }: LiveSecret, now: Date): string | null {
  if (expiresOn === null || (state === "pending" && firstUsedOn !== null)) return null;
  return `expires ${formatRelativeTime(expiresOn, now)}${state === "pending" ? " unless it is used" : ""}`;
}

/** `made 2 days ago by ada@partner.com` */
export function describeOrigin({ createdOn, createdBy }: LiveSecret, now: Date): string {
  return `created ${formatRelativeTime(createdOn, now)}${createdBy === null ? "" : ` by ${createdBy}`}`;
}
