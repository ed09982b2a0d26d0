import type { AuditRepository } from "./ports/audit.ts";
import type { BillingRepository } from "./ports/billing.ts";
import type { JobRepository } from "./ports/jobs.ts";
import type { IdempotencyRepository, KeyRepository, SecretRepository } from "./ports/keys.ts";
import type { AutomationTokenRepository, RunTokenRepository, TrustRepository } from "./ports/pipelines.ts";
import type {
  DeviceSignInRepository,
  DeviceTokenRepository,
  SecondFactorRepository,
  SessionRepository,
} from "./ports/sessions.ts";
import type { CompanyRepository, IdentityRepository, UserRepository } from "./ports/users.ts";
import type { LiveSecret } from "./records.ts";

/** The repositories of a transaction or of the store. */
export interface Repositories {
  readonly users: UserRepository;
  readonly companies: CompanyRepository;
  readonly sessions: SessionRepository;
  readonly deviceTokens: DeviceTokenRepository;
  readonly deviceSignIns: DeviceSignInRepository;
  readonly keys: KeyRepository;
  readonly secrets: SecretRepository;
  readonly idempotency: IdempotencyRepository;
  readonly identities: IdentityRepository;
  readonly secondFactors: SecondFactorRepository;
  readonly jobs: JobRepository;
  readonly billing: BillingRepository;
  readonly audit: AuditRepository;
  readonly trusts: TrustRepository;
  readonly runTokens: RunTokenRepository;
  readonly automationTokens: AutomationTokenRepository;
}

/** Tokens that a node took from a bucket since its last report, as the time to refill them. */
interface TokenCharge {
  readonly keyId: string;
  readonly takenMs: number;
  /** Time until the bucket is full, if no other node took tokens since this node's last report. */
  readonly debtMs: number;
}

/** Shared token usage of the nodes of one database. */
export interface TokenLedger {
  /** Adds the charge. Returns the time until the bucket is full. */
  charge(charge: TokenCharge): Promise<number>;
  /** Clears the bucket of a key, because its limit changed. */
  forget(keyId: string): Promise<void>;
}

/** Buffers last-used times and writes them in batches. Each engine has its own implementation. */
export interface LastUsedBuffer {
  /** Whether there is nothing to write. */
  readonly isEmpty: boolean;
  /** Adds a last-used time of a secret. `usedAtMs` is in milliseconds since 1970. The call is very cheap. */
  note(secret: LiveSecret, usedAtMs: number, ip: string | null): void;
  /**
   * Writes all times that were added before the call, one call at a time. Rejects if the write fails, and keeps the
   * times.
   */
  write(): Promise<void>;
}

/**
 * The interface between the domain and a database. An engine that temporarily cannot serve a call (full disk, failed
 * write, lock not granted) throws `StoreUnavailableError`. Nothing of the transaction then takes effect. Outside
 * `transact`, the repositories only read committed data.
 */
export interface Store extends Repositories {
  /**
   * Runs `work` in one transaction and resolves after the commit is durable. Retries `work` after a conflict, so it
   * must have no other effects.
   * @throws {StoreOutcomeUnknownError} if the commit was sent and its outcome is unknown.
   */
  transact<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  /** The lookup of verify. It reads only committed data, never a cache. */
  findLiveSecret(digest: Buffer): Promise<LiveSecret | null>;
  readonly uses: LastUsedBuffer;
  /** Null if a single process uses the database and counts alone. */
  readonly tokenLedger: TokenLedger | null;
  /** Throws if the database does not respond. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The database cannot serve the call now. The caller can retry. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
}

/**
 * The database did not confirm a commit, and the server could not check its outcome. The change may or may not have
 * been made. The domain also throws it if part of a change outside the database already happened.
 */
export class StoreOutcomeUnknownError extends Error {
  override readonly name = "StoreOutcomeUnknownError";
}
