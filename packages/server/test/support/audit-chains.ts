import { createHash, randomUUID } from "node:crypto";
import fc from "fast-check";
import { type AuditVerification, computeAuditHash, verifyAuditChain } from "../../src/domain/audit/audit-chain.ts";
import type { AuditRecord } from "../../src/store/records.ts";

/** A stored row with its hash. */
export type StoredRow = AuditRecord & { readonly hash: Buffer };

/** The company of all rows. */
export const companyId = randomUUID();
/** The keys of both peppers, by version. */
const keys = new Map(["one", "two"].map((version) => [version, createHash("sha256").update(version).digest()]));
/** Returns the key of a pepper version, or null. */
export const keyFor = (version: string) => keys.get(version) ?? null;
/** The hash before the first row of a chain. */
export const start = Buffer.alloc(32);

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("", "0", "\0", "1", "ada@partner.com"),
);
/** Arbitrary text, or null. */
export const textOrNull = fc.option(text, { nil: null });
/** Arbitrary content of a row. */
export const content = fc.record({
  id: fc.uuid(),
  createdOn: fc.constantFrom("2026-02-01T10:30:00.000Z", "2026-02-01T10:30:00.001Z"),
  action: fc.constantFrom("key.created", "key.revoked"),
  actorId: textOrNull,
  actorEmail: textOrNull,
  keyId: textOrNull,
  keyName: textOrNull,
  ip: textOrNull,
  requestId: textOrNull,
  details: fc.json(),
  pepperVersion: fc.constantFrom("one", "two"),
});

/** Links rows to a chain. */
export function link(rows: readonly Omit<AuditRecord, "companyId" | "seq">[]): StoredRow[] {
  let previous: Buffer = start;
  return rows.map((row, index) => {
    const event = { ...row, companyId, seq: index + 1 };
    previous = computeAuditHash(keyFor(row.pepperVersion) ?? Buffer.alloc(0), event, previous);
    return { ...event, hash: previous };
  });
}

/** Arbitrary chains. */
export const chains = fc.array(content, { minLength: 2, maxLength: 8 }).map(link);

/** Yields rows one after another. */
async function* stream<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}

/** Verifies a chain of rows. */
export function verify(rows: readonly StoredRow[], links: Omit<Parameters<typeof verifyAuditChain>[1], "keyFor"> = {}) {
  return verifyAuditChain(stream(rows), { keyFor, ...links });
}

/** Returns the number and the hash of the last row. */
export function endOf(rows: readonly StoredRow[]): { seq: number; hash: Buffer } {
  const last = rows.at(-1);
  return last === undefined ? { seq: 0, hash: start } : { seq: last.seq, hash: last.hash };
}

/** Returns what a verification found, without its wording. */
export function summarize(result: AuditVerification) {
  return result.ok ? "ok" : [result.problem, result.seq];
}

/** Returns a chain with this number of rows. */
export const sample = (count: number) =>
  link(
    Array.from({ length: count }, (_, index) => ({
      id: `id-${index}`,
      createdOn: "2026-02-01T10:30:00.000Z",
      action: "key.created",
      actorId: "user",
      actorEmail: "ada@partner.com",
      keyId: "key",
      keyName: "Payroll Integration",
      ip: null,
      requestId: null,
      details: "{}",
      pepperVersion: "one",
    })),
  );
