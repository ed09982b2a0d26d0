import { createHash } from "node:crypto";

/**
 * The identity of a call. Two runs with the same identity make the same call, so the second gets the response of the
 * first.
 */
export interface CallIdentity {
  readonly operation: "create" | "rotate" | "rotate-staged";
  readonly server: string;
  /** IDs of the company and user, if the call depends on them. Null if the server does not return them. */
  readonly caller: { readonly companyId: string; readonly userId: string } | null;
  /** ID of the key, or name of a key to create. */
  readonly key: string;
  /** The other values in the request. A server rejects the same Idempotency-Key with a different body. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Returns a file name that depends on the call but reveals nothing about it. */
export function nameCall({ operation, server, caller, key, input }: CallIdentity): string {
  const inputs = Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([operation, server, caller?.companyId, caller?.userId, key, inputs]);
  return `${operation}-${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
}
