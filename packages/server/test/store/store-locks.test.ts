import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import type { Repositories, Store } from "../../src/store/store.ts";
import { lockTestKey } from "../support/keys.ts";
import { createGate, later, makeEvent, now, useTwoStores } from "../support/two-stores.ts";

describe("the store", () => {
  const stores = useTwoStores();
  const { one, two, addCompany, addKey } = stores;

  it("S-12 lets one of several changes under the lock of a key win, and shows its result to the others", async () => {
    const key = await addKey();
    const revoke = (store: Store) =>
      store.transact(async ({ keys }) => {
        const id = await lockTestKey(keys, stores.companyId, key.id);
        const before = await keys.find(stores.companyId, id);
        if (before?.status === "active") await keys.updateKey(id, { status: "revoked", revokedOn: now });
        return before?.status;
      });
    const seen = await Promise.all([one, two, one, two].map(revoke));
    expect(seen.sort()).toEqual(["active", "revoked", "revoked", "revoked"]);
  });

  it("S-12 keeps data that was read under the lock of a key unchanged until the commit", async () => {
    const key = await addKey();
    const addEntry = (store: Store, index: number) =>
      store.transact(async ({ keys }) => {
        const id = await lockTestKey(keys, stores.companyId, key.id);
        const entries = (await keys.find(stores.companyId, key.id))?.ipAllowlist ?? [];
        await setTimeout(5);
        await keys.insertAllowedIp(id, {
          id: randomUUID(),
          cidr: `10.0.${index}.0/24`,
          note: null,
          createdOn: now,
          expiresAt: null,
        });
        return entries.length;
      });
    const seen = await Promise.all(
      Array.from({ length: 8 }, (_, index) => addEntry(index % 2 === 0 ? one : two, index)),
    );
    expect(seen.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  describe("S-12 a second lock waits for the commit of the first transaction:", () => {
    const email = `${randomUUID()}@partner.example`;
    const names = { firstName: "Ada", lastName: "Lovelace" };
    const user = { id: randomUUID(), email, username: null, ...names, createdOn: now, passwordHash: "-" };
    const session = {
      id: randomUUID(),
      userId: user.id,
      createdOn: now,
      expiresOn: later,
      revokedOn: null,
      endsOn: null,
      openedWith: null,
      hostName: null,
      client: null,
      ip: null,
      lastUsedOn: null,
    };
    const customerId = `cus_${randomUUID()}`;
    beforeAll(async () => {
      await one.transact(async ({ users, sessions }) => {
        await users.insertUser({ ...user, mustChangePassword: false, disabledOn: null });
        await sessions.insertSession({ ...session, companyId: stores.companyId });
      });
    });

    const taken: [string, (repositories: Repositories) => Promise<unknown>][] = [
      ["a user", ({ users }) => users.lockUser(user.id)],
      ["a session", ({ sessions }) => sessions.lockSession(session.id)],
      ["companies", ({ companies }) => companies.lock([stores.companyId])],
      ["a company, for its plan", ({ billing }) => billing.lockCompany(stores.companyId)],
      ["a new customer", ({ billing }) => billing.lockCustomer(customerId)],
      ["a known customer", ({ billing }) => billing.lockCustomer(customerId)],
      ["the end of an audit trail", ({ audit }) => audit.lockHead(stores.companyId)],
    ];
    it.each(taken)("%s", async (_name, take) => {
      const hasTaken = createGate();
      const order: string[] = [];
      const first = one.transact(async (repositories) => {
        await take(repositories);
        hasTaken.open();
        await setTimeout(50);
        order.push("the first is done");
      });
      await hasTaken.opened;
      const second = two.transact(async (repositories) => {
        await take(repositories);
        order.push("the second has it");
      });
      await Promise.all([first, second]);
      expect(order).toEqual(["the first is done", "the second has it"]);
    });
  });

  it("S-15 locks the chain of a company for one transaction at a time", async () => {
    const company = await addCompany();
    const append = (store: Store) =>
      store.transact(async ({ audit }) => {
        const head = await audit.lockHead(company);
        await setTimeout(2);
        const seq = (head?.seq ?? 0) + 1;
        await audit.append(makeEvent(company, seq), Buffer.alloc(32, seq));
      });
    await Promise.all(Array.from({ length: 12 }, (_, index) => append(index % 2 === 0 ? one : two)));
    const chain = [];
    for await (const { seq } of one.audit.readChain(company)) chain.push(seq);
    expect(chain).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
  });

  it("S-52 transactions that lock two rows in opposite order are retried, and run once", async () => {
    const [first, second] = [await addKey(), await addKey()];
    const renameBoth = (store: Store, ids: readonly string[], name: string) =>
      store.transact(async ({ keys }: Repositories) => {
        for (const id of ids) {
          await keys.updateKey(await lockTestKey(keys, stores.companyId, id), { name });
          await setTimeout(50);
        }
      });
    await Promise.all([renameBoth(one, [first.id, second.id], "one"), renameBoth(two, [second.id, first.id], "two")]);
    const names = await Promise.all(
      [first, second].map(async ({ id }) => (await one.keys.find(stores.companyId, id))?.name),
    );
    expect(new Set(names).size).toBe(1);
  });

  it("S-52 of two transactions that create the same unique row, the second finds the row of the first", async () => {
    const name = `Twice ${randomUUID()}`;
    const findOrMake = (store: Store) =>
      store.transact(async ({ users }) => {
        const found = await users.findCompanyByName(name);
        if (found !== null) return found.id;
        await setTimeout(20);
        const id = randomUUID();
        await users.insertCompany({ id, name, plan: "FREE", createdOn: now });
        return id;
      });
    const ids = await Promise.all([findOrMake(one), findOrMake(two)]);
    expect(new Set(ids).size).toBe(1);
  });
});
