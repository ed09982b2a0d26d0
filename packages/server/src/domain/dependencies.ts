import type { Repositories, Store } from "../store/store.ts";
import type { BillingEvents } from "./billing/billing-event.ts";
import type { PlansByPrice } from "./billing/company-plan.ts";
import type { IdentityProvider } from "./identity/identity-provider.ts";
import type { OpenedSession, RefusedSessions } from "./identity/refused-sessions.ts";
import type { RememberedTokens } from "./identity/remembered-tokens.ts";
import type { Retention } from "./jobs/retention-runs.ts";
import type { SecretHasher } from "./keys/secret-hash.ts";
import type { CallLimits } from "./limits/call-limits.ts";
import type { ManagementLimiter } from "./limits/management-limiter.ts";
import type { TokenLimiter } from "./limits/token-bucket.ts";
import type { BoundedTurns, Turns } from "./limits/turns.ts";
import type { PasswordHasher } from "./passwords/password-hash.ts";
import type { AccessTokens } from "./sessions/access-token.ts";
import type { FailedSignIns } from "./sign-in-limits/failed-sign-ins.ts";
import type { SignInLimiter } from "./sign-in-limits/sign-in-limiter.ts";
import type { WorkloadTokens } from "./trusts/workload-tokens.ts";
import type { UsageRecorder } from "./verify/usage-recorder.ts";

/** Dependencies of the domain. `buildDependencies` creates them, also in tests. */
export interface Dependencies {
  readonly store: Store;
  /** Runs `work` in a transaction of the store, as {@link Store.transact} does. */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  readonly secretHasher: SecretHasher;
  readonly passwords: PasswordHasher;
  readonly accessTokens: AccessTokens;
  /** The identity provider, or null. The server also accepts its sessions, and asks it to verify passwords. */
  readonly identityProvider: IdentityProvider | null;
  /** Tokens with which jobs of CI platforms prove their identity. */
  readonly workloadTokens: WorkloadTokens;
  /** Provider sessions that this process is taking over at the moment. */
  readonly openingSessions: Map<string, Promise<OpenedSession>>;
  /** Provider sessions that this process refused recently. */
  readonly refusedSessions: RefusedSessions;
  /** Provider tokens to look up the addresses of users. */
  readonly rememberedTokens: RememberedTokens;
  /** Billing events and the plans of prices. Null without billing. */
  readonly billing: { readonly events: BillingEvents; readonly plansByPrice: PlansByPrice } | null;
  readonly signInLimiter: SignInLimiter;
  readonly tokenBuckets: TokenLimiter;
  readonly managementLimiter: ManagementLimiter;
  readonly usage: UsageRecorder;
  /** Schedules management calls and long reads on the event loop. */
  readonly turns: Turns;
  /** Schedules refreshes by client network, because callers without a session can send them. */
  readonly refreshTurns: BoundedTurns;
  readonly callLimits: CallLimits;
  /** Schedules exchanges by client network, for the same reason. */
  readonly exchangeTurns: BoundedTurns;
  readonly failedSignIns: FailedSignIns;
  readonly retention: Retention;
  /** Running calls with an Idempotency-Key, by their digest. */
  readonly runningCalls: Set<string>;
  readonly settings: Settings;
  now(): Date;
  newId(): string;
  randomBytes(size: number): Buffer;
  /** Reports a failure that no caller waits for. */
  reportFailure(what: string, error: unknown): void;
}

/** The dependencies inside a transaction. `store` contains only the repositories of the transaction. */
export interface Transaction extends Omit<Dependencies, "store" | "transact"> {
  readonly store: Repositories;
  /** Missing, so that dependencies cannot be passed for a transaction by mistake. */
  readonly transact?: undefined;
}

/** Settings of the operator. */
interface Settings {
  readonly accessTokenTtlSeconds: number;
  readonly refreshTokenTtlSeconds: number;
  readonly passwordMinLength: number;
  /** Duration of a rotation lease in seconds. */
  readonly rotationLeaseSeconds: number;
  readonly rateLimit: { readonly perMinute: number; readonly burst: number };
  /** Origin at which browsers reach this server. Null if it follows from the listening address. */
  readonly publicUrl: string | null;
  /** Providers that the sign-in page offers through the identity provider. */
  readonly signInParties: readonly string[];
}
