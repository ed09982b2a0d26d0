import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chains,
  companyId,
  content,
  endOf,
  keyFor,
  link,
  type StoredRow,
  sample,
  start,
  summarize,
  textOrNull,
  verify,
} from "../../../test/support/audit-chains.ts";
import type { AuditRecord } from "../../store/records.ts";
import { computeAuditHash } from "./audit-chain.ts";

describe("computeAuditHash", () => {
  it("S-15 is HMAC-SHA-256 of every field with its length, and of the previous hash", () => {
    const [row] = sample(1);
    if (row === undefined) throw new Error("no row");
    const values = [
      row.companyId,
      "1",
      row.id,
      row.createdOn,
      row.action,
      row.actorId,
      row.actorEmail,
      row.keyId,
      row.keyName,
    ];
    const encoded = [
      "briksync audit row 1",
      start,
      ...values,
      row.ip,
      row.requestId,
      row.details,
      row.pepperVersion,
    ].map((value) => {
      if (value === null) return Buffer.of(0);
      const bytes = Buffer.from(value);
      return Buffer.concat([Buffer.of(1, 0, 0, 0, bytes.length), bytes]);
    });
    const expected = createHmac("sha256", keyFor("one") ?? "")
      .update(Buffer.concat(encoded))
      .digest();
    expect(row.hash).toEqual(expected);
  });

  it("S-15 distinguishes records that a plain concatenation of fields would not", () => {
    const [row] = sample(1);
    if (row === undefined) throw new Error("no row");
    const hash = (change: Partial<AuditRecord>) =>
      computeAuditHash(Buffer.from("key"), { ...row, ...change }, start).toString("hex");
    const hashes = [
      hash({}),
      hash({ actorId: null, actorEmail: "user" }),
      hash({ actorId: "user", actorEmail: null }),
      hash({ actorId: "userada", actorEmail: "@partner.com" }),
      hash({ actorId: "", actorEmail: "userada@partner.com" }),
      hash({ ip: "", requestId: null }),
      hash({ ip: null, requestId: "" }),
      hash({ ip: "null" }),
      hash({ keyId: "k", keyName: "eyPayroll Integration" }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe("verifyAuditChain", () => {
  it("S-15 accepts unchanged rows, also after a change of pepper, against their own head and any anchor", async () => {
    await fc.assert(
      fc.asyncProperty(chains, fc.nat(7), async (rows, at) => {
        const anchor = endOf(rows.slice(0, 1 + (at % rows.length)));
        const result = await verify(rows, { head: endOf(rows), anchor });
        expect(result).toEqual({ ok: true, rows: rows.length, head: endOf(rows) });
      }),
    );
    expect(await verify([])).toEqual({ ok: true, rows: 0, head: { seq: 0, hash: start } });
  });

  it("S-15 finds a change of any field in any row", async () => {
    const fields = [
      "id",
      "createdOn",
      "action",
      "actorId",
      "actorEmail",
      "keyId",
      "keyName",
      "ip",
      "requestId",
      "details",
    ] as const;
    await fc.assert(
      fc.asyncProperty(chains, fc.nat(7), fc.constantFrom(...fields), textOrNull, async (rows, at, field, value) => {
        const index = at % rows.length;
        const edited = rows.map((row, position) => (position === index ? { ...row, [field]: value ?? "" } : row));
        fc.pre(edited[index]?.[field] !== rows[index]?.[field]);
        expect(summarize(await verify(edited))).toEqual(["edited", index + 1]);
      }),
    );
  });

  it("S-15 finds a null that was changed to an empty text, and vice versa", async () => {
    const rows = sample(3);
    const emptied = rows.map((row) => (row.seq === 2 ? { ...row, ip: "" } : row));
    expect(summarize(await verify(emptied))).toEqual(["edited", 2]);
    const nulled = rows.map((row) => (row.seq === 2 ? { ...row, keyName: null } : row));
    expect(summarize(await verify(nulled))).toEqual(["edited", 2]);
  });

  it("S-15 finds changed hashes, companies, numbers and pepper names", async () => {
    const rows = sample(4);
    const change = (seq: number, changed: Partial<StoredRow>) =>
      rows.map((row) => (row.seq === seq ? { ...row, ...changed } : row));
    expect(summarize(await verify(change(3, { hash: Buffer.alloc(32) })))).toEqual(["edited", 3]);
    expect(summarize(await verify(change(3, { hash: Buffer.alloc(0) })))).toEqual(["edited", 3]);
    expect(summarize(await verify(change(3, { companyId: "other" })))).toEqual(["inserted", 3]);
    expect(summarize(await verify(change(1, { companyId: "other" })))).toEqual(["edited", 1]);
    expect(summarize(await verify(rows.map((row) => ({ ...row, companyId: "other" }))))).toEqual(["edited", 1]);
    expect(summarize(await verify(change(3, { seq: 30 })))).toEqual(["missing", 3]);
    expect(summarize(await verify(change(3, { seq: Number.NaN })))).not.toBe("ok");
    expect(summarize(await verify(change(3, { pepperVersion: "two" })))).toEqual(["edited", 3]);
    expect(summarize(await verify(change(3, { pepperVersion: "three" })))).toEqual(["unknown-pepper", 3]);
  });

  it("S-15 finds the removal of any row, and of the last row against the head or an anchor", async () => {
    await fc.assert(
      fc.asyncProperty(chains, fc.nat(7), fc.boolean(), async (rows, at, isAnchored) => {
        const index = at % rows.length;
        const result = await verify(
          rows.toSpliced(index, 1),
          isAnchored ? { anchor: endOf(rows) } : { head: endOf(rows) },
        );
        expect(summarize(result)).toEqual([index === rows.length - 1 ? "truncated" : "missing", index + 1]);
      }),
    );
  });

  it("S-15 finds the removal of any row if the rest was renumbered", async () => {
    await fc.assert(
      fc.asyncProperty(chains, fc.nat(7), async (rows, at) => {
        const index = at % (rows.length - 1);
        const renumbered = rows.toSpliced(index, 1).map((row, position) => ({ ...row, seq: position + 1 }));
        expect(summarize(await verify(renumbered))).toEqual(["edited", index + 1]);
      }),
    );
  });

  it("S-15 finds a chain that was truncated anywhere, even to nothing, against the head or an anchor", async () => {
    await fc.assert(
      fc.asyncProperty(chains, fc.nat(7), async (rows, at) => {
        const kept = rows.slice(0, at % rows.length);
        expect(summarize(await verify(kept, { head: endOf(rows) }))).toEqual(["truncated", kept.length + 1]);
        expect(summarize(await verify(kept, { anchor: endOf(rows) }))).toEqual(["truncated", kept.length + 1]);
        // If a forger also resets the head, only the anchor reveals it.
        expect(summarize(await verify(kept, { head: endOf(kept) }))).toBe("ok");
        expect(summarize(await verify(kept, { head: endOf(kept), anchor: endOf(rows) }))).toEqual([
          "truncated",
          kept.length + 1,
        ]);
      }),
    );
  });

  it("S-15 finds an inserted row anywhere, with an existing or a new number", async () => {
    await fc.assert(
      fc.asyncProperty(chains, content, fc.nat(8), fc.boolean(), async (rows, forged, at, isShifted) => {
        const index = at % (rows.length + 1);
        const row: StoredRow = {
          ...forged,
          companyId,
          seq: index + 1,
          hash: createHash("sha256").update(forged.id).digest(),
        };
        const rest = rows.slice(index).map((later) => (isShifted ? { ...later, seq: later.seq + 1 } : later));
        const result = await verify([...rows.slice(0, index), row, ...rest], { head: endOf(rows) });
        expect(summarize(result)).toEqual([index === rows.length ? "inserted" : "edited", index + 1]);
      }),
    );
  });

  it("S-15 finds a row that was copied with its hash", async () => {
    await fc.assert(
      fc.asyncProperty(chains, fc.nat(7), fc.nat(7), async (rows, from, to) => {
        const copy = rows[from % rows.length];
        if (copy === undefined) throw new Error("no row");
        const result = await verify(rows.toSpliced(to % rows.length, 0, copy), { head: endOf(rows) });
        expect(result.ok).toBe(false);
      }),
    );
    const rows = sample(3);
    expect(summarize(await verify(rows.toSpliced(2, 0, ...rows.slice(1, 2))))).toEqual(["inserted", 2]);
  });

  it("S-15 finds two swapped rows, with or without their numbers", async () => {
    await fc.assert(
      fc.asyncProperty(chains, fc.nat(7), fc.nat(7), fc.boolean(), async (rows, one, other, isRenumbered) => {
        const [low, high] = [one % rows.length, other % rows.length].sort((a, b) => a - b);
        const [first, second] = [rows[low ?? 0], rows[high ?? 0]];
        fc.pre(low !== high);
        if (first === undefined || second === undefined) throw new Error("no row");
        const swapped = rows.map((row) => (row === first ? second : row === second ? first : row));
        const given = isRenumbered ? swapped.map((row, index) => ({ ...row, seq: index + 1 })) : swapped;
        expect(summarize(await verify(given))).toEqual([isRenumbered ? "edited" : "reordered", first.seq]);
      }),
    );
  });

  it("S-15 finds a chain that was rewritten with the pepper, against an anchor or a head", async () => {
    const rows = sample(4);
    const rewritten = link(rows.map((row) => (row.seq === 2 ? { ...row, action: "key.renamed" } : row)));
    expect(summarize(await verify(rewritten))).toBe("ok");
    expect(summarize(await verify(rewritten, { anchor: endOf(rows.slice(0, 3)) }))).toEqual(["edited", 3]);
    expect(summarize(await verify(rewritten, { head: endOf(rows) }))).toEqual(["edited", 4]);
  });

  it("S-15 accepts rows that were written after the head was read", async () => {
    const rows = sample(5);
    const result = await verify(rows, { head: endOf(rows.slice(0, 3)), anchor: endOf(rows.slice(0, 2)) });
    expect(result).toEqual({ ok: true, rows: 5, head: endOf(rows) });
  });

  it("S-15 reports the problem and the event in a sentence", async () => {
    const rows = sample(4);
    const read = async (given: readonly StoredRow[]) => {
      const result = await verify(given, { anchor: endOf(rows) });
      return result.ok ? "" : result.message;
    };
    expect(await read(rows.slice(0, 2))).toBe("Audit event 3 and all later events up to event 4 are missing.");
    expect(await read(rows.toSpliced(1, 1))).toBe("Audit event 2 is missing.");
    expect(await read(rows.map((row) => (row.seq === 2 ? { ...row, action: "key.renamed" } : row)))).toBe(
      "Audit event 2 was changed.",
    );
    expect(await read(rows.map((row) => (row.seq === 2 ? { ...row, pepperVersion: "lost" } : row)))).toBe(
      'Audit event 2 needs pepper "lost", which is not configured.',
    );
  });
});
