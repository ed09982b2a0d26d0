import type { ProviderName } from "../../domain/trusts/provider.ts";
import type {
  AutomationTokenContext,
  AutomationTokenRecord,
  CompanyRecord,
  LastRunRecord,
  ListPlace,
  RunTokenContext,
  TokenSecretRecord,
  TrustEventRecord,
  TrustRecord,
} from "../records.ts";
import type { Tables } from "../tables.ts";

/** Trusts and their log. Methods without a company ID do not check the company. */
export interface TrustRepository {
  find(companyId: string, id: string): Promise<TrustRecord | null>;
  /** Returns the trust of any company, with its company. */
  findForRun(id: string): Promise<{ readonly trust: TrustRecord; readonly company: CompanyRecord } | null>;
  /** Returns the trusts of the company, oldest first. */
  list(companyId: string): Promise<TrustRecord[]>;
  /** Returns the providers of all trusts that name the issuer. */
  listProviders(issuer: string): Promise<ProviderName[]>;
  insert(trust: TrustRecord): Promise<void>;
  /** Locks the trust for the rest of the transaction. Returns false if there is none. */
  lock(id: string): Promise<boolean>;
  setDisabled(id: string, disabledOn: string | null): Promise<void>;
  setLastRun(id: string, run: LastRunRecord): Promise<void>;
  /** Removes the trust with everything that belongs to it. Remove most of a long log first. */
  remove(id: string): Promise<void>;
  /** Removes events of the trust. Returns how many, at most `limit`. */
  deleteEventsOf(trustId: string, limit: number): Promise<number>;
  insertEvent(event: TrustEventRecord): Promise<void>;
  /** Returns events of the trust, newest first, after a place in this order. */
  listEvents(
    trustId: string,
    page: {
      readonly outcome: TrustEventRecord["outcome"] | undefined;
      readonly after: ListPlace | undefined;
      readonly limit: number;
    },
  ): Promise<TrustEventRecord[]>;
  /** Removes events that occurred before a time. Returns how many, at most `limit`. */
  deleteEvents(before: string, limit: number): Promise<number>;
}

/** Tokens of runs, and the assertions that were exchanged for them. */
export interface RunTokenRepository {
  insert(token: Readonly<Tables["runTokens"]>): Promise<void>;
  find(digests: readonly Buffer[]): Promise<RunTokenContext | null>;
  deleteOfTrust(trustId: string): Promise<void>;
  deleteExpired(now: string, limit: number): Promise<number>;
  /** Counts an exchange of the assertion. Returns false if it was exchanged `max` times. */
  spend(assertion: { readonly digest: Buffer; readonly expiresOn: string }, max: number): Promise<boolean>;
  /** Returns how often the assertion was exchanged. */
  countUses(digest: Buffer): Promise<number>;
  deleteSpent(before: string, limit: number): Promise<number>;
}

/** Automation tokens and their secrets. */
export interface AutomationTokenRepository {
  find(companyId: string, id: string): Promise<AutomationTokenRecord | null>;
  /** Returns at most `limit` tokens, oldest first, after a token in this order. */
  listStep(
    companyId: string,
    step: { readonly after: ListPlace | undefined; readonly limit: number },
  ): Promise<AutomationTokenRecord[]>;
  /** Returns how many tokens the company has, and how many of these are not revoked. */
  count(companyId: string): Promise<{ readonly all: number; readonly live: number }>;
  insert(token: Omit<AutomationTokenRecord, "secrets">): Promise<void>;
  /** Locks the token for the rest of the transaction. Returns false if there is none. */
  lock(id: string): Promise<boolean>;
  insertSecret(secret: TokenSecretRecord & { readonly digest: Buffer; readonly pepperVersion: string }): Promise<void>;
  /** Removes the pending secret, if any. */
  deletePending(tokenId: string): Promise<void>;
  /** Makes the pending secret the only one. Returns false if it is no longer pending. */
  promote(tokenId: string, secretId: string): Promise<boolean>;
  /** Ends the token and all its secrets. Returns false if it was revoked before. */
  revoke(id: string, revokedOn: string): Promise<boolean>;
  findBySecret(digests: readonly Buffer[]): Promise<AutomationTokenContext | null>;
  /** Returns whether a secret works. */
  canReplay(secretId: string, now: string): Promise<boolean>;
  noteUse(id: string, use: { readonly usedAt: string; readonly ip: string | null }): Promise<void>;
  /** Removes tokens that were revoked or expired before a time. Returns how many, at most `limit`. */
  deleteEnded(endedBefore: string, limit: number): Promise<number>;
}
