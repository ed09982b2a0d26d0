import type { PasswordHasher } from "../passwords/password-hash.ts";
import type { Store } from "../store/store.ts";
import type { AccessTokens } from "../tokens/access-token.ts";
import type { FailedSignIns } from "./failed-sign-ins.ts";
import type { SecretHasher } from "./secret-hash.ts";
import type { SignInLimiter } from "./sign-in-limiter.ts";
import type { TokenBuckets } from "./token-bucket.ts";
import type { UsageRecorder } from "./usage-recorder.ts";

/** What the rules work with. Built once by `buildDependencies`, real in tests too. */
export interface Dependencies {
  readonly store: Store;
  readonly secretHasher: SecretHasher;
  readonly passwords: PasswordHasher;
  readonly accessTokens: AccessTokens;
  readonly signInLimiter: SignInLimiter;
  readonly tokenBuckets: TokenBuckets;
  readonly usage: UsageRecorder;
  readonly failedSignIns: FailedSignIns;
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
  readonly rateLimit: { readonly perMinute: number; readonly burst: number };
}
