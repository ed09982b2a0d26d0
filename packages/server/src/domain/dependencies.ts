import type { Store } from "../store/store.ts";
import type { BillingEvents } from "./billing/billing-event.ts";
import type { PlansByPrice } from "./billing/company-plan.ts";
import type { IdentityProvider } from "./identity/identity-provider.ts";
import type { OpenedSession } from "./identity/opened-session.ts";
import type { RefusedSessions } from "./identity/refused-sessions.ts";
import type { RememberedTokens } from "./identity/remembered-tokens.ts";
import type { Retention } from "./jobs/retention.ts";
import type { SecretHasher } from "./keys/secret-hash.ts";
import type { ManagementLimiter } from "./limits/management-limiter.ts";
import type { TokenLimiter } from "./limits/token-bucket.ts";
import type { Turns } from "./limits/turns.ts";
import type { PasswordHasher } from "./passwords/password-hash.ts";
import type { AccessTokens } from "./sessions/access-token.ts";
import type { FailedSignIns } from "./sign-in-limits/failed-sign-ins.ts";
import type { SignInLimiter } from "./sign-in-limits/sign-in-limiter.ts";
import type { UsageRecorder } from "./verify/usage-recorder.ts";

/** What the rules work with. Built once by `buildDependencies`, real in tests too. */
export interface Dependencies {
  readonly store: Store;
  readonly secretHasher: SecretHasher;
  readonly passwords: PasswordHasher;
  readonly accessTokens: AccessTokens;
  /** Whose sessions are accepted beside our own, and who then judges passwords. */
  readonly identityProvider: IdentityProvider | null;
  /** Sessions of the provider that this process is taking over. */
  readonly openingSessions: Map<string, Promise<OpenedSession>>;
  /** And those that it refused to take over a moment ago. */
  readonly refusedSessions: RefusedSessions;
  /** And tokens with which it can be asked for users' addresses. */
  readonly rememberedTokens: RememberedTokens;
  /** Tells plans by what was paid for; null where nobody does. */
  readonly billing: { readonly events: BillingEvents; readonly plansByPrice: PlansByPrice } | null;
  readonly signInLimiter: SignInLimiter;
  readonly tokenBuckets: TokenLimiter;
  readonly managementLimiter: ManagementLimiter;
  readonly usage: UsageRecorder;
  /** Long reads take turns on the event loop. */
  readonly turns: Turns;
  readonly failedSignIns: FailedSignIns;
  readonly retention: Retention;
  /** Calls with an Idempotency-Key that this process is at work on, by their digest. */
  readonly runningCalls: Set<string>;
  readonly settings: Settings;
  now(): Date;
  newId(): string;
  randomBytes(size: number): Buffer;
  /** Something went wrong that no caller waits for. */
  reportFailure(what: string, error: unknown): void;
}

/** The numbers an operator chose. */
export interface Settings {
  readonly accessTokenTtlSeconds: number;
  readonly refreshTokenTtlSeconds: number;
  readonly passwordMinLength: number;
  /** How long a rotation may go without a sign of life before another may begin. */
  readonly rotationLeaseSeconds: number;
  readonly rateLimit: { readonly perMinute: number; readonly burst: number };
  /** The origin at which browsers reach this server, and whom they may sign in with. */
  readonly browser: { readonly publicUrl: string; readonly parties: readonly string[] } | null;
}
