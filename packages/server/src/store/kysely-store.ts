import { CamelCasePlugin, type Dialect, Kysely } from "kysely";
import type { LiveSecret } from "./records.ts";
import { createAuditRepository } from "./repositories/audit-repository.ts";
import { createAutomationTokenRepository } from "./repositories/automation-token-repository.ts";
import { createBillingRepository } from "./repositories/billing-repository.ts";
import { createCompanyRepository } from "./repositories/company-repository.ts";
import { createDeviceSignInRepository, createDeviceTokenRepository } from "./repositories/device-repository.ts";
import { createIdentityRepository, createSecondFactorRepository } from "./repositories/identity-repository.ts";
import { createJobRepository } from "./repositories/job-repository.ts";
import { createKeyRepository } from "./repositories/key-repository.ts";
import { createIdempotencyRepository, createSecretRepository } from "./repositories/secret-repository.ts";
import { createSessionRepository } from "./repositories/session-repository.ts";
import { createRunTokenRepository, createTrustRepository } from "./repositories/trust-repository.ts";
import { createUserRepository } from "./repositories/user-repository.ts";
import type { LastUsedBuffer, Repositories, Store, TokenLedger } from "./store.ts";
import type { Tables } from "./tables.ts";

/**
 * The parts that each engine implements itself: the lookup of verify, last-used times and closing. Others are optional.
 */
export interface EngineParts {
  findLiveSecret(digest: Buffer): Promise<LiveSecret | null>;
  readonly uses: LastUsedBuffer;
  /** Set if the engine retries transactions or has to check their outcome. */
  transact?<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  readonly tokenLedger?: TokenLedger;
  ping?(): Promise<void>;
  close(): Promise<void>;
}

/** Returns a handle whose tables and columns have camelCase names. */
export function createKysely(dialect: Dialect): Kysely<Tables> {
  return new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin()] });
}

/** Returns the repositories for one handle or transaction. */
export function createRepositories(db: Kysely<Tables>): Repositories {
  return {
    users: createUserRepository(db),
    companies: createCompanyRepository(db),
    sessions: createSessionRepository(db),
    deviceTokens: createDeviceTokenRepository(db),
    deviceSignIns: createDeviceSignInRepository(db),
    secondFactors: createSecondFactorRepository(db),
    keys: createKeyRepository(db),
    secrets: createSecretRepository(db),
    idempotency: createIdempotencyRepository(db),
    identities: createIdentityRepository(db),
    jobs: createJobRepository(db),
    billing: createBillingRepository(db),
    audit: createAuditRepository(db),
    trusts: createTrustRepository(db),
    runTokens: createRunTokenRepository(db),
    automationTokens: createAutomationTokenRepository(db),
  };
}

/** Returns a store for any engine of Kysely. Transactions use `writing`, and all other reads use `reading`. */
export function createKyselyStore(writing: Kysely<Tables>, reading: Kysely<Tables>, engine: EngineParts): Store {
  return {
    ...createRepositories(reading),
    transact: (work) => writing.transaction().execute((tx) => work(createRepositories(tx))),
    tokenLedger: null,
    ping: async () => {
      await reading.selectFrom("companies").select("id").limit(1).execute();
    },
    // Spread the engine last, so that it can replace the parts above.
    ...engine,
  };
}
