import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

/** Time of the writes of a test. */
export const now = "2026-02-01T10:30:00.000Z";
/** One minute after {@link now}. */
export const later = "2026-02-01T10:31:00.000Z";

/** One database that two stores have open, with a company. */
export interface TwoStores {
  readonly database: TestDatabase;
  readonly one: Store;
  readonly two: Store;
  readonly companyId: string;
  addCompany(): Promise<string>;
  addKey(): Promise<{ readonly id: string; readonly digest: Buffer; readonly secretId: string }>;
}

/** Returns an event of a company. */
export function makeEvent(company: string, seq: number) {
  return {
    companyId: company,
    seq,
    id: randomUUID(),
    createdOn: now,
    action: "key.created",
    actorId: null,
    actorEmail: null,
    keyId: null,
    keyName: null,
    ip: null,
    requestId: null,
    details: "{}",
    pepperVersion: "00000000",
  };
}

/** Returns a closed gate: a promise, and the function that resolves it. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Opens a new database twice for all tests of a `describe`. */
export function useTwoStores(): TwoStores {
  const database = {} as TestDatabase;
  const one = {} as Store;
  const two = {} as Store;
  const stores = { database, one, two, companyId: "", addCompany, addKey };
  beforeAll(async () => {
    Object.assign(database, await createTestDatabase());
    const location = parseConfig({ ...database.env }).database;
    Object.assign(one, await openStore(location));
    Object.assign(two, await openStore(location));
    stores.companyId = await addCompany();
  });
  afterAll(async () => {
    await one.close();
    await two.close();
    await database.remove();
  });

  async function addCompany(): Promise<string> {
    const id = randomUUID();
    await one.transact(async ({ users, audit }) => {
      await users.insertCompany({ id, name: `Company ${id}`, plan: "BUSINESS", createdOn: now });
      await audit.append(makeEvent(id, 1), Buffer.alloc(32, 1));
    });
    return id;
  }

  async function addKey(): Promise<{ readonly id: string; readonly digest: Buffer; readonly secretId: string }> {
    const [id, secretId] = [randomUUID(), randomUUID()];
    const digest = Buffer.from(randomUUID().replaceAll("-", "").repeat(2), "hex");
    await one.transact(async ({ keys, secrets }) => {
      const key = { id, companyId: stores.companyId, name: "CRM", clientId: `api_${id}`, createdOn: now };
      await secrets.insert({
        id: secretId,
        keyId: await keys.insertKey(key),
        digest,
        pepperVersion: "00000000",
        createdOn: now,
        createdBy: null,
        pipelineId: null,
        state: "current",
        expiresOn: null,
      });
    });
    return { id, digest, secretId };
  }
  return stores;
}
