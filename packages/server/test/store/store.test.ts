import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { openStore } from "../../src/store/open-store.ts";
import { lockTestKey } from "../support/keys.ts";
import { createGate, later, now, useTwoStores } from "../support/two-stores.ts";

describe("the store", () => {
  const stores = useTwoStores();
  const { database, one, two, addKey } = stores;

  it("shows nothing of a transaction before its commit, everything after it, and nothing after a rollback", async () => {
    const key = await addKey();
    const gate = createGate();
    const renamed = createGate();
    const change = one.transact(async ({ keys }) => {
      await keys.updateKey(await lockTestKey(keys, stores.companyId, key.id), { name: "Renamed" });
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
      const id = await lockTestKey(keys, stores.companyId, key.id);
      await keys.updateKey(id, { status: "revoked", revokedOn: now });
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect((await two.findLiveSecret(key.digest))?.state).toBe("current");
  });

  it("S-13 finds a secret until the commit that ends it, and never afterwards, through every open store", async () => {
    for (const store of [one, two]) {
      const key = await addKey();
      expect((await store.findLiveSecret(key.digest))?.secretId).toBe(key.secretId);
      await one.transact(async ({ keys, secrets }) => {
        const id = await lockTestKey(keys, stores.companyId, key.id);
        await keys.updateKey(id, { status: "revoked", revokedOn: now });
        await secrets.endOthers(id, null);
      });
      expect(await store.findLiveSecret(key.digest)).toBeNull();
      expect(await store.findLiveSecret(Buffer.alloc(32))).toBeNull();
    }
  });

  it("keeps the newest last-used time of a secret, whichever is written first", async () => {
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
      expect(await one.transact(({ keys }) => keys.lockKey(stores.companyId, id))).toBeNull();
    }
  });

  it("responds to a ping until it is closed", async () => {
    await expect(one.ping()).resolves.toBeUndefined();
    const third = await openStore(parseConfig({ ...database.env }).database);
    await third.ping();
    await third.close();
    await expect(third.ping()).rejects.toThrow();
  });
});
