import type { Kysely } from "kysely";
import type { LiveSecret } from "./records.ts";
import { createAuditRepository } from "./repositories/audit-repository.ts";
import { createBillingRepository } from "./repositories/billing-repository.ts";
import { createCompanyRepository } from "./repositories/company-repository.ts";
import { createDeviceTokenRepository } from "./repositories/device-token-repository.ts";
import { createIdempotencyRepository } from "./repositories/idempotency-repository.ts";
import { createIdentityRepository } from "./repositories/identity-repository.ts";
import { createJobRepository } from "./repositories/job-repository.ts";
import { createKeyRepository } from "./repositories/key-repository.ts";
import { createSecretRepository } from "./repositories/secret-repository.ts";
import { createSessionRepository } from "./repositories/session-repository.ts";
import { createUserRepository } from "./repositories/user-repository.ts";
import type { LastUsedBuffer, Repositories, Store, TokenLedger } from "./store.ts";
import type { Tables } from "./tables.ts";

/** What an engine does its own way: the verify look-up, last uses and closing; the rest where it has a better one. */
export interface EngineParts {
  findLiveSecret(digest: Buffer): Promise<LiveSecret | null>;
  readonly uses: LastUsedBuffer;
  /** Where a lost transaction is begun again, or its outcome has to be found out. */
  transact?<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  readonly tokenLedger?: TokenLedger;
  ping?(): Promise<void>;
  close(): Promise<void>;
}

/** The repositories over one handle or transaction. */
export function createRepositories(db: Kysely<Tables>): Repositories {
  return {
    users: createUserRepository(db),
    companies: createCompanyRepository(db),
    sessions: createSessionRepository(db),
    deviceTokens: createDeviceTokenRepository(db),
    keys: createKeyRepository(db),
    secrets: createSecretRepository(db),
    idempotency: createIdempotencyRepository(db),
    identities: createIdentityRepository(db),
    jobs: createJobRepository(db),
    billing: createBillingRepository(db),
    audit: createAuditRepository(db),
  };
}

/** The store over any engine that Kysely speaks: transactions over one handle, reads outside of them over the other. */
export function createKyselyStore(writing: Kysely<Tables>, reading: Kysely<Tables>, engine: EngineParts): Store {
  return {
    ...createRepositories(reading),
    transact: (work) => engine.transact?.(work) ?? writing.transaction().execute((tx) => work(createRepositories(tx))),
    findLiveSecret: (digest) => engine.findLiveSecret(digest),
    uses: engine.uses,
    tokenLedger: engine.tokenLedger ?? null,
    ping: async () => {
      if (engine.ping !== undefined) return engine.ping();
      await reading.selectFrom("companies").select("id").limit(1).execute();
    },
    close: () => engine.close(),
  };
}
