import type { Kysely } from "kysely";
import { createAuditRepository } from "./audit-repository.ts";
import { createKeyRepository } from "./key-repository.ts";
import { createSessionRepository } from "./session-repository.ts";
import type { LiveSecret, Repositories, Store } from "./store.ts";
import type { Tables } from "./tables.ts";
import { createUserRepository } from "./user-repository.ts";

/** What an engine does its own way: the verify look-up and closing. */
export interface EngineParts {
  findLiveSecret(digest: Buffer): Promise<LiveSecret | null>;
  close(): Promise<void>;
}

function createRepositories(db: Kysely<Tables>): Repositories {
  return {
    users: createUserRepository(db),
    sessions: createSessionRepository(db),
    keys: createKeyRepository(db),
    audit: createAuditRepository(db),
  };
}

/** The store over any engine that Kysely speaks: transactions over one handle, reads outside of them over the other. */
export function createKyselyStore(writing: Kysely<Tables>, reading: Kysely<Tables>, engine: EngineParts): Store {
  return {
    ...createRepositories(reading),
    transact: (work) => writing.transaction().execute((tx) => work(createRepositories(tx))),
    findLiveSecret: (digest) => engine.findLiveSecret(digest),
    recordUses: (uses) =>
      writing.transaction().execute(async (tx) => {
        for (const use of uses) {
          const values = { last_used_on: use.usedOn, last_used_ip: use.ip };
          // Batches of several processes may arrive out of order: the newest use stays.
          await tx
            .updateTable("key_secrets")
            .set(values)
            .where("id", "=", use.secretId)
            .where((eb) => eb.or([eb("last_used_on", "is", null), eb("last_used_on", "<", use.usedOn)]))
            .execute();
          await tx
            .updateTable("api_keys")
            .set(values)
            .where("id", "=", use.keyId)
            .where((eb) => eb.or([eb("last_used_on", "is", null), eb("last_used_on", "<", use.usedOn)]))
            .execute();
        }
      }),
    ping: async () => {
      await reading.selectFrom("companies").select("id").limit(1).execute();
    },
    close: () => engine.close(),
  };
}
