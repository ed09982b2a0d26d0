import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../src/config/config.ts";
import { openStore } from "../src/store/open-store.ts";
import type { Repositories, Store } from "../src/store/store.ts";
import { createGate, later, makeEvent, now, useTwoStores } from "./support/two-stores.ts";

describe("the store", () => {
  const stores = useTwoStores();
  const { database, one, two, addCompany, addKey } = stores;

  it("shows nothing of a transaction before its commit, everything from it on, and nothing of one that threw", async () => {
    const key = await addKey();
    const gate = createGate();
    const renamed = createGate();
    const change = one.transact(async ({ keys }) => {
      await keys.renameKey(stores.companyId, key.id, "Renamed");
      renamed.open();
      await gate.opened;
    });
    await renamed.opened;
    expect((await two.keys.find(stores.companyId, key.id))?.name).toBe("CRM");
    expect((await two.findLiveSecret(key.digest))?.keyName).toBe("CRM");
    gate.open();
    await change;
    expect((await two.keys.find(stores.companyId, key.id))?.name).toBe("Renamed");
    expect((await two.findLiveSecret(key.digest))?.keyName).toBe("Renamed");

    const failed = one.transact(async ({ keys }) => {
      await keys.markRevoked(stores.companyId, key.id, now);
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect((await two.findLiveSecret(key.digest))?.state).toBe("current");
  });

  it("S-13 finds a secret until the commit that ends it, and never after, through every open store", async () => {
    for (const store of [one, two]) {
      const key = await addKey();
      expect((await store.findLiveSecret(key.digest))?.secretId).toBe(key.secretId);
      await one.transact(async ({ keys, secrets }) => {
        await keys.markRevoked(stores.companyId, key.id, now);
        await secrets.endOthers(key.id, null);
      });
      expect(await store.findLiveSecret(key.digest)).toBeNull();
      expect(await store.findLiveSecret(Buffer.alloc(32))).toBeNull();
    }
  });

  it("S-12 lets one of two guarded updates win, and the other see that it lost", async () => {
    const key = await addKey();
    const results = await Promise.all(
      [one, two, one, two].map((store) =>
        store.transact(({ keys }) => keys.markRevoked(stores.companyId, key.id, now)),
      ),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await two.transact(({ keys }) => keys.markRotated(stores.companyId, key.id, now))).toBe(false);
  });

  it("S-12 what is read of a key after it was taken stands until the commit", async () => {
    const key = await addKey();
    const addEntry = (store: Store, index: number) =>
      store.transact(async ({ keys }) => {
        await keys.lockKey(stores.companyId, key.id);
        const entries = (await keys.find(stores.companyId, key.id))?.ipAllowlist ?? [];
        await setTimeout(5);
        await keys.insertAllowedIp(key.id, {
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
    const session = { id: randomUUID(), userId: user.id, createdOn: now, expiresOn: later, revokedOn: null };
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
      ["a customer who is new", ({ billing }) => billing.lockCustomer(customerId)],
      ["a customer who is known", ({ billing }) => billing.lockCustomer(customerId)],
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
          await keys.renameKey(stores.companyId, id, name);
          await setTimeout(50);
        }
      });
    await Promise.all([renameBoth(one, [first.id, second.id], "one"), renameBoth(two, [second.id, first.id], "two")]);
    const names = await Promise.all(
      [first, second].map(async ({ id }) => (await one.keys.find(stores.companyId, id))?.name),
    );
    expect(new Set(names).size).toBe(1);
  });

  it("S-52 of two that make what there may be one of, the second finds what the first made", async () => {
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

  it("keeps of several uses of a secret the newest, whichever is written first", async () => {
    const key = await addKey();
    const found = await one.findLiveSecret(key.digest);
    if (found === null) throw new Error("The secret is not there");
    two.uses.note(found, Date.parse(later), "192.0.2.2");
    await two.uses.write();
    one.uses.note(found, Date.parse(now), "192.0.2.1");
    await one.uses.write();
    expect(await one.keys.find(stores.companyId, key.id)).toMatchObject({ lastUsedAt: later, lastUsedIp: "192.0.2.2" });
    expect(one.uses.isEmpty).toBe(true);
  });

  it("compares and orders text by bytes", async () => {
    const names = ["a", "A", "á", "a\u0301", "ä", "Z", "_", "-", "𝔞", "\u200b"];
    for (const name of names) {
      const company = { id: randomUUID(), name: `Bytes ${name}`, plan: "FREE", createdOn: now } as const;
      await one.transact(({ users }) => users.insertCompany(company));
    }
    for (const name of names) expect((await two.users.findCompanyByName(`Bytes ${name}`))?.name).toBe(`Bytes ${name}`);
    const rows = await database.query("select name from companies where name like 'Bytes%' order by name");
    const ordered = rows.map(({ name }) => String(name));
    expect(ordered).toEqual(ordered.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  it("S-34 finds nothing for values that cannot be stored as text", async () => {
    for (const id of ["\0", "a\0b", "\ud800", "x".repeat(20_000), "'; drop table companies; --"]) {
      expect(await one.keys.find(stores.companyId, id)).toBeNull();
      expect(await one.users.findByLogin(id)).toBeNull();
      expect(await one.sessions.findContext(id)).toBeNull();
      expect(await one.transact(({ keys }) => keys.lockKey(stores.companyId, id))).toBe(false);
    }
  });

  it("answers while it is open", async () => {
    await expect(one.ping()).resolves.toBeUndefined();
    const third = await openStore(parseConfig({ ...database.env }).database);
    await third.ping();
    await third.close();
    await expect(third.ping()).rejects.toThrow();
  });
});
