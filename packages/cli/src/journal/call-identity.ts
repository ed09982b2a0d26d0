import { createHash } from "node:crypto";

/**
 * By what a call is known again. Two runs whose calls are alike in everything here mean the same call; the second then asks for the answer of
 * the first.
 */
export interface CallIdentity {
  readonly operation: "create" | "rotate" | "rotate-staged";
  readonly server: string;
  /** Ids of company and user, where another of them would make another call of it; null where the server does not tell. */
  readonly caller: { readonly companyId: string; readonly userId: string } | null;
  /** Id of the key; name of one that is still to be made. */
  readonly key: string;
  /** Whatever else goes into the request. A server refuses the same Idempotency-Key with another body. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** A name for files: the same for the same call, and telling nothing about it. */
export function nameCall({ operation, server, caller, key, input }: CallIdentity): string {
  const inputs = Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([operation, server, caller?.companyId, caller?.userId, key, inputs]);
  return `${operation}-${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
}
