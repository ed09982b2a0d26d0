import type {
  AllowedIpRecord,
  IdempotencyRecord,
  KeyChanges,
  KeyLimitRecord,
  KeyRecord,
  KeySelection,
  LeaseRecord,
  LockedKeyId,
  NewSecret,
  SecretRecord,
  StaleKeyStep,
} from "../records.ts";

/** Keys, their secrets and their allowlists, always within one company. */
export interface KeyRepository {
  find(companyId: string, keyId: string): Promise<KeyRecord | null>;
  /**
   * Returns the next keys of a selection, at most `limit`. Returns fewer if they have more than `entriesMax` allowlist
   * entries together, but at least one.
   */
  listStep(
    companyId: string,
    selection: KeySelection,
    max: { readonly limit: number; readonly entriesMax: number },
  ): Promise<{ readonly keys: readonly KeyRecord[]; readonly hasMore: boolean }>;
  /** Returns the state of each of these keys that belongs to the company. */
  listStates(companyId: string, keyIds: readonly string[]): Promise<ReadonlyMap<string, KeyRecord["status"]>>;
  /** Returns the IDs of the active keys of a company, at most `limit`. */
  listActiveIds(companyId: string, limit: number): Promise<string[]>;
  /** Locks the key for the rest of the transaction, active or not. Returns null if the company has no such key. */
  lockKey(companyId: string, keyId: string): Promise<LockedKeyId | null>;
  insertKey(key: {
    id: string;
    companyId: string;
    name: string;
    clientId: string;
    createdOn: string;
  }): Promise<LockedKeyId>;
  updateKey(keyId: LockedKeyId, changes: KeyChanges): Promise<void>;
  /** Sets the lease of the key. Null removes it. */
  setLease(keyId: LockedKeyId, lease: LeaseRecord | null): Promise<void>;
  insertAllowedIp(keyId: LockedKeyId, entry: AllowedIpRecord): Promise<void>;
  /** Writes the note and the expiry of the entry. */
  updateAllowedIp(keyId: LockedKeyId, entry: Pick<AllowedIpRecord, "id" | "note" | "expiresAt">): Promise<void>;
  deleteAllowedIp(keyId: LockedKeyId, entryId: string): Promise<AllowedIpRecord | null>;
  /** Returns the key with a client ID in any company, or null. */
  findByClientId(clientId: string): Promise<KeyLimitRecord | null>;
  listClientIds(): Promise<string[]>;
  /**
   * Reads the next keys of all companies by ID. Returns active keys that were last used, or else created, before
   * `unusedSince`, and keys whose secret is older than `oldSince`.
   */
  listStale(unusedSince: string, oldSince: string, afterKeyId: string | null): Promise<StaleKeyStep>;
}

/** The working secrets of keys. Ended secrets have no row. */
export interface SecretRepository {
  insert(secret: NewSecret): Promise<void>;
  /** Returns the secrets of the key: the current one, then pending ones from oldest to newest, then retiring ones. */
  list(keyId: string): Promise<SecretRecord[]>;
  /**
   * Returns the number of secrets per pepper, including secrets of automation tokens that have not ended at this time.
   */
  countByPepper(now: string): Promise<Array<{ readonly pepperVersion: string; readonly secrets: number }>>;
  /** Ends all secrets of the key except one. Null ends all. */
  endOthers(keyId: LockedKeyId, exceptId: string | null): Promise<void>;
  /**
   * Lets all secrets of the key except one retire. Retiring ones keep an earlier deadline, and ended ones stay ended.
   */
  retireOthers(keyId: LockedKeyId, exceptId: string | null, until: string, now: string): Promise<void>;
  /** Shortens the grace period of retiring secrets. Null ends them now. Returns how many changed. */
  shortenRetiring(keyId: LockedKeyId, until: string | null): Promise<number>;
  /** Makes a pending secret the current one. The previous one must have ended. */
  promote(keyId: LockedKeyId, secretId: string): Promise<void>;
  /** Removes the deadline of a pending secret before it is delivered. */
  handOut(keyId: LockedKeyId, secretId: string): Promise<void>;
  /**
   * Ends a pending secret. A secret that was used or may have been delivered requires `isForced`. Returns false if
   * there was none.
   */
  endPending(keyId: LockedKeyId, secretId: string, isForced: boolean): Promise<boolean>;
  /** Records the first use of a pending secret. Returns false if it is no longer pending or was used before. */
  markFirstUse(secretId: string, usedOn: string): Promise<boolean>;
  /** Returns whether the secret is the current one, or a pending one that has not ended. */
  canReplay(secretId: string, now: string): Promise<boolean>;
  /** Returns some expired secrets with the company of their key. */
  listEnded(now: string, limit: number): Promise<Array<{ readonly secret: SecretRecord; readonly companyId: string }>>;
  /** Ends an expired secret, unless it was used or extended in the meantime. */
  deleteEnded(keyId: LockedKeyId, secretId: string, now: string): Promise<boolean>;
}

/** Responses of calls with an Idempotency-Key. */
export interface IdempotencyRepository {
  find(digests: readonly Buffer[], now: string): Promise<IdempotencyRecord | null>;
  /** Reserves the digest until the end of the transaction. Returns false if another call has it. */
  claim(record: Pick<IdempotencyRecord, "digest" | "requestDigest" | "expiresOn">, now: string): Promise<boolean>;
  /** Stores the response in the reserved record. */
  keep(digest: Buffer, response: { readonly secretId: string; readonly sealed: Buffer }): Promise<void>;
  deleteExpired(now: string, limit: number): Promise<number>;
  /** Shortens the expiry of records that would be kept longer. */
  limitExpiry(latest: string): Promise<void>;
}
