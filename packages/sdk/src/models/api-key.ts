import type { Secret } from "../secret/secret.ts";

/**
 * A staged rotation that is neither finished nor aborted: its secret works beside the current one. Its id is also the
 * id of that secret. Times are ISO 8601 in UTC.
 */
export interface PendingRotation {
  readonly id: string;
  readonly createdOn: string;
  /** E-mail of whoever began it. */
  readonly createdBy: string | null;
  /** When its secret ends by itself if it is not used; null once it was handed out for a delivery. */
  readonly expiresOn: string | null;
  readonly firstUsedOn: string | null;
  /** At most 5 s behind; null before the first use. */
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  /** Until when it has the key's lease, perhaps in the past; null for one that has not, or no longer. */
  readonly leaseExpiresOn: string | null;
}

/** `revoked` is final. Open, because a newer server may know more states. */
export type KeyStatus = "active" | "revoked" | (string & {});

/** One entry of a key's allowlist. An entry past `expiresAt` matches nobody but still counts as a restriction. */
export interface AllowedIp {
  readonly id: string;
  /** Canonical network, such as `203.0.113.0/24`. */
  readonly cidr: string;
  readonly note: string | null;
  readonly createdOn: string;
  /** When the entry stops matching (ISO 8601), or null. */
  readonly expiresAt: string | null;
}

/**
 * An API key, without its secret. Times are ISO 8601 in UTC. The optional fields are absent on
 * servers that know only the documented part.
 */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** `api_` + 24 hex digits; public. */
  readonly clientId: string;
  readonly status: KeyStatus;
  /** At most 5 s behind; null before the first use. */
  readonly lastUsedAt: string | null;
  readonly createdOn: string;
  /** Empty means: every address may use the key. */
  readonly ipAllowlist?: readonly AllowedIp[];
  readonly rotatedOn?: string | null;
  readonly revokedOn?: string | null;
  /** The address of the last use. */
  readonly lastUsedIp?: string | null;
  /** The staged rotations that are neither finished nor aborted, oldest first; null when there is none. */
  readonly rotation?: readonly PendingRotation[] | null;
}

/**
 * The answer of create and rotate: the only time the secret is shown. Servers that know only the
 * documented part answer just `id`, `clientId` and `clientSecret`.
 */
export interface ApiKeyWithSecret extends Partial<ApiKey> {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Whether this is an answer that was given before, to the same `idempotencyKey`. */
  readonly isReplay: boolean;
}

/** What a new key is made of. */
export interface CreateKeyInput {
  /** 1-100 characters. */
  readonly name: string;
  /** Addresses or CIDRs that may use the key; none given means all may. */
  readonly ipAllowlist?: readonly string[] | undefined;
}

/** What a new allowlist entry is made of. */
export interface AllowIpInput {
  /** An address or a CIDR without host bits. */
  readonly cidr: string;
  readonly note?: string | undefined;
  readonly expiresAt?: string | Date | undefined;
}

/** Which keys to list. */
export interface ListKeysInput {
  readonly status?: "active" | "revoked" | undefined;
  /** Keys to yield at most, over all pages. */
  readonly limit?: number | undefined;
  /** Keys per request (1-1000). */
  readonly pageSize?: number | undefined;
}

/** Which page of keys to fetch. */
export interface ListKeysPageInput {
  readonly status?: "active" | "revoked" | undefined;
  /** Keys on the page (1-1000). */
  readonly limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}
