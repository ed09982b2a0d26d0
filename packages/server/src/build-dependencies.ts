import { randomBytes, randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import type { Config } from "./config/config.ts";
import type { ServerSecrets } from "./config/server-secrets.ts";
import type { Dependencies } from "./domain/dependencies.ts";
import { RefusedSessions } from "./domain/identity/refused-sessions.ts";
import { RememberedTokens } from "./domain/identity/remembered-tokens.ts";
import { Retention } from "./domain/jobs/retention-runs.ts";
import { createSecretHasher } from "./domain/keys/secret-hash.ts";
import { createCallLimits } from "./domain/limits/call-limits.ts";
import { ManagementLimiter } from "./domain/limits/management-limiter.ts";
import { SharedTokenBuckets } from "./domain/limits/shared-token-buckets.ts";
import { TokenBuckets } from "./domain/limits/token-bucket.ts";
import { BoundedTurns, Turns } from "./domain/limits/turns.ts";
import { createPasswordHasher } from "./domain/passwords/password-hash.ts";
import { createAccessTokens } from "./domain/sessions/access-token.ts";
import { FailedSignIns } from "./domain/sign-in-limits/failed-sign-ins.ts";
import { recordFailedSignIns } from "./domain/sign-in-limits/record-failed-sign-ins.ts";
import { SignInLimiter } from "./domain/sign-in-limits/sign-in-limiter.ts";
import { UsageRecorder } from "./domain/verify/usage-recorder.ts";
import { createWorkloadTokens } from "./oidc/workload-tokens.ts";
import type { Store } from "./store/store.ts";
import { createStripeEvents } from "./stripe/stripe-events.ts";
import { createSupabase } from "./supabase/supabase.ts";

const queuedHashesMax = 32;
const trackedKeysMax = 200_000;
const trackedSessionsMax = 100_000;
/** Maximum number of counters per limit. */
const trackedSignInsMax = 30_000;
/** Maximum number of waiting refreshes per IPv4 address or /48 of IPv6. */
const waitingRefreshesMax = 60;
/** Maximum number of waiting exchanges per IPv4 address or /48 of IPv6. */
const waitingExchangesMax = 60;
/**
 * Pause between two verifications of CI tokens, in milliseconds. With it, a server verifies about 100 tokens per
 * second, so that a flood of forged tokens leaves most of the time to other calls.
 */
const exchangePauseMs = 8;
const trackedCallersMax = 30_000;
const refusedSessionsMax = 10_000;
const rememberedTokensMax = 10_000;

/** Returns the real dependencies, for production and tests. */
export function buildDependencies(
  config: Config,
  secrets: ServerSecrets,
  store: Store,
  reportFailure: (what: string, error: unknown) => void,
  now: () => Date = () => new Date(),
  nowMs: () => number = () => performance.now(),
): Dependencies {
  const secretHasher = createSecretHasher(secrets.peppers);
  const deps: Dependencies = {
    store,
    transact(work) {
      return this.store.transact((repositories) => work({ ...this, store: repositories, transact: undefined }));
    },
    secretHasher,
    // Use at most half of the cores, so that key verification stays fast during sign-ins (S-02).
    passwords: createPasswordHasher({
      maxConcurrent: Math.max(1, Math.floor(availableParallelism() / 2)),
      maxQueued: queuedHashesMax,
    }),
    accessTokens: createAccessTokens({
      secret: secrets.jwtSecret,
      issuer: "briksync",
      audience: "briksync-management",
      ttlSeconds: config.accessTokenTtlSeconds,
      now,
    }),
    identityProvider:
      config.supabase === undefined ? null : createSupabase({ ...config.supabase, fetch, now, nowMs, reportFailure }),
    workloadTokens: createWorkloadTokens({ listedIssuers: config.oidcIssuers, now, nowMs, reportFailure }),
    openingSessions: new Map(),
    refusedSessions: new RefusedSessions({ nowMs, maxEntries: refusedSessionsMax }),
    rememberedTokens: new RememberedTokens({ nowMs, maxUsers: rememberedTokensMax }),
    billing:
      config.stripe === undefined
        ? null
        : {
            events: createStripeEvents({ webhookSecret: config.stripe.webhookSecret, now }),
            plansByPrice: config.stripe.plans,
          },
    signInLimiter: new SignInLimiter({
      nowMs,
      maxEntries: trackedSignInsMax,
      digest: (text) => secretHasher.digestToken("sign-in-limit", text),
    }),
    tokenBuckets:
      store.tokenLedger === null
        ? new TokenBuckets({ nowMs, maxKeys: trackedKeysMax })
        : new SharedTokenBuckets({
            ledger: store.tokenLedger,
            nowMs,
            maxKeys: trackedKeysMax,
            reportFailure: (error) => reportFailure("cannot report used tokens to other nodes", error),
          }),
    managementLimiter: new ManagementLimiter({
      nowMs,
      maxKeys: trackedSessionsMax,
      limit: { perMinute: config.managementLimitPerMinute, burst: config.managementLimitBurst },
    }),
    turns: new Turns(),
    refreshTurns: new BoundedTurns(waitingRefreshesMax),
    callLimits: createCallLimits({ nowMs, maxKeys: trackedCallersMax }),
    exchangeTurns: new BoundedTurns(waitingExchangesMax, exchangePauseMs),
    usage: new UsageRecorder(store.uses, (error) => reportFailure("cannot write last-used times", error)),
    failedSignIns: new FailedSignIns(
      (failures) => recordFailedSignIns(deps, failures),
      (error) => reportFailure("cannot record failed sign-ins", error),
    ),
    retention: new Retention({ nowMs }),
    runningCalls: new Set(),
    settings: {
      accessTokenTtlSeconds: config.accessTokenTtlSeconds,
      refreshTokenTtlSeconds: config.refreshTokenTtlSeconds,
      passwordMinLength: config.passwordMinLength,
      rotationLeaseSeconds: config.rotationLeaseSeconds,
      rateLimit: { perMinute: config.rateLimitPerMinute, burst: config.rateLimitBurst },
      publicUrl: config.publicUrl ?? null,
      signInParties: config.supabase?.providers ?? [],
    },
    now,
    newId: randomUUID,
    randomBytes,
    reportFailure,
  };
  return deps;
}
