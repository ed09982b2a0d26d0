import type { Secret } from "../secret/secret.ts";
import type { ListLimits } from "./call-options.ts";

/**
 * A staged rotation that is neither finished nor aborted. Its secret and the current secret both work. `id` is the ID
 * of the rotation and of its secret. Times are ISO 8601 in UTC.
 */
export interface PendingRotation {
  readonly id: string;
  readonly createdOn: string;
  /** Email address of the user who started the rotation, or the name of the trust or automation token. */
  readonly createdBy: string | null;
  /** When the secret expires if it is not used. Null after the lease was renewed for a delivery. */
  readonly expiresOn: string | null;
  readonly firstUsedOn: string | null;
  /** At most 5 seconds behind. Null before the first use. */
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  /**
   * When the lease of the key expires. Set for the rotation that holds or last held the lease, so it can be in the
   * past. Null for other rotations.
   */
  readonly leaseExpiresOn: string | null;
}

/** Status of a key. `revoked` is permanent. A newer server may return other values. */
export type KeyStatus = "active" | "revoked" | (string & {});

/** An entry of a key's allowlist. An expired entry matches no address, but the allowlist stays restrictive. */
export interface AllowedIp {
  readonly id: string;
  /** Network in canonical form, such as `203.0.113.0/24`. */
  readonly cidr: string;
  readonly note: string | null;
  readonly createdOn: string;
  /** When the entry expires (ISO 8601). Null if it never expires. */
  readonly expiresAt: string | null;
}

/**
 * An API key without its secret. Times are ISO 8601 in UTC. Servers that support only the documented API do not return
 * the optional fields.
 */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** Public ID: `api_` and 24 hex digits. */
  readonly clientId: string;
  readonly status: KeyStatus;
  /** At most 5 seconds behind. Null before the first use. */
  readonly lastUsedAt: string | null;
  readonly createdOn: string;
  /** Allowed addresses. If the list is empty, every address can use the key. */
  readonly ipAllowlist?: readonly AllowedIp[];
  readonly rotatedOn?: string | null;
  readonly revokedOn?: string | null;
  /** IP address of the last use. */
  readonly lastUsedIp?: string | null;
  /** Pending rotations, oldest first. Null if there is none. */
  readonly rotation?: readonly PendingRotation[] | null;
}

/**
 * The result of `create` and `rotate`. The server returns the secret only here. Servers that support only the
 * documented API return `id`, `clientId` and `clientSecret`.
 */
export interface ApiKeyWithSecret extends Partial<ApiKey> {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Whether the server replayed an earlier response with the same `idempotencyKey`. */
  readonly isReplay: boolean;
}

/** Input of `keys.create`. See its example. */
export interface CreateKeyInput {
  /** Name of the key, 1 to 100 characters. */
  readonly name: string;
  /** IP addresses or CIDR ranges that can use the key. By default, every address can use it. */
  readonly ipAllowlist?: readonly string[] | undefined;
}

/** Input of `keys.allowIp`. See its example. */
export interface AllowIpInput {
  /** IP address or CIDR range without host bits. */
  readonly cidr: string;
  /** Note of up to 200 characters. */
  readonly note?: string | undefined;
  /** When the entry expires. It never expires by default. */
  readonly expiresAt?: string | Date | undefined;
  /** Lets the call shorten an existing entry. By default, the entry keeps the later expiry. Requires `expiresAt`. */
  readonly mayShorten?: boolean | undefined;
}

/** Filter of `keys.list`. See its example. */
export interface ListKeysInput extends ListLimits {
  readonly status?: "active" | "revoked" | undefined;
  /**
   * Only keys whose names start with this text, ordered by name. The case of ASCII letters does not matter. Older
   * servers return `VALIDATION_FAILED`.
   */
  readonly namePrefix?: string | undefined;
}

/** Filter of `keys.listPage`. See its example. */
export interface ListKeysPageInput extends Pick<ListKeysInput, "status" | "namePrefix"> {
  /** Number of keys on the page (1 to 1000). */
  readonly limit?: number | undefined;
  /** `nextCursor` of the previous page. */
  readonly cursor?: string | undefined;
}
