/**
 * A staged rotation that is neither finished nor aborted: its secret works beside the current one. Its id is also the
 * id of that secret. Times are ISO 8601 in UTC.
 */
export interface PendingRotation {
  readonly id: string;
  readonly createdOn: string;
  /** E-mail of whoever began it. */
  readonly createdBy: string | null;
  /** When its secret ends by itself, unless it is in use by then. */
  readonly expiresOn: string | null;
  readonly firstUsedOn: string | null;
  /** At most 5 s behind; null before the first use. */
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  /** Until when it has the key's lease, perhaps in the past; null for one that has not, or no longer. */
  readonly leaseExpiresOn: string | null;
}
