import { createHmac } from "node:crypto";
import type { AuditHead, AuditRecord } from "../../store/records.ts";

/** The result of {@link verifyAuditChain}: the chain is valid up to `head`, or `seq` is the first wrong row. */
export type AuditVerification =
  | { readonly ok: true; readonly rows: number; readonly head: AuditHead }
  | { readonly ok: false; readonly seq: number; readonly problem: AuditProblem; readonly message: string };

/** How a chain is broken. A row with the content of another row counts as edited. */
type AuditProblem = "edited" | "missing" | "inserted" | "reordered" | "truncated" | "unknown-pepper";

const rowFormat = "briksync audit row 1";
const nullMark = Buffer.of(0);
/** Marks a value. The last four bytes are replaced with its length. */
const valueMark = Buffer.of(1, 0, 0, 0, 0);
/** The predecessor of the first row of a company. */
const startHead: AuditHead = { seq: 0, hash: Buffer.alloc(32) };

/**
 * Returns the hash that links an event to the previous one (32 zero bytes for the first event): HMAC-SHA-256 over all
 * fields with their lengths. Two different events never have the same encoding, and the hash requires the key.
 */
export function computeAuditHash(key: Buffer, event: AuditRecord, previousHash: Buffer): Buffer {
  const hmac = createHmac("sha256", key);
  const fields = [
    rowFormat,
    previousHash,
    event.companyId,
    String(event.seq),
    event.id,
    event.createdOn,
    event.action,
    event.actorId,
    event.actorEmail,
    event.keyId,
    event.keyName,
    event.ip,
    event.requestId,
    event.details,
    event.pepperVersion,
  ];
  for (const field of fields) {
    if (field === null) {
      hmac.update(nullMark);
    } else {
      const bytes = typeof field === "string" ? Buffer.from(field) : field;
      const mark = Buffer.from(valueMark);
      mark.writeUInt32BE(bytes.length, 1);
      hmac.update(mark).update(bytes);
    }
  }
  return hmac.digest();
}

/**
 * Verifies the rows of one company, oldest first, and returns the first row that was edited, removed, added or moved.
 *
 * To find rows that were cut off at the end, pass `head` or `anchor`. `head` is the newest hash that the store has
 * recorded, and `anchor` is a hash that was exported earlier. An anchor also shows that someone with the pepper rewrote
 * the chain. Rows after the anchor are valid if their hashes are valid.
 */
export async function verifyAuditChain(
  rows: AsyncIterable<AuditRecord & { readonly hash: Buffer }>,
  options: {
    readonly keyFor: (pepperVersion: string) => Buffer | null;
    readonly head?: AuditHead;
    readonly anchor?: AuditHead;
  },
): Promise<AuditVerification> {
  const { keyFor, head, anchor } = options;
  let companyId: string | null = null;
  let last = startHead;
  let isGap = false;
  for await (const row of rows) {
    const next = last.seq + 1;
    companyId ??= row.companyId;
    if (isGap) {
      // The missing row may still appear in the wrong position.
      if (row.seq === next) return fail(next, "reordered", "comes after a later event");
      continue;
    }
    if (row.companyId !== companyId) return fail(row.seq, "inserted", "belongs to another company");
    if (row.seq === last.seq) return fail(row.seq, "inserted", "exists twice");
    if (row.seq < next) return fail(row.seq, "reordered", "comes after a later event");
    if (row.seq > next) {
      isGap = true;
      continue;
    }
    const key = keyFor(row.pepperVersion);
    if (key === null) {
      return fail(next, "unknown-pepper", `needs pepper ${JSON.stringify(row.pepperVersion)}, which is not configured`);
    }
    const hash = computeAuditHash(key, row, last.hash);
    if (!hash.equals(row.hash)) {
      const isBeyondHead = head !== undefined && next > head.seq;
      if (isBeyondHead) return fail(next, "inserted", "was added after the newest event, but not by this server");
      return fail(next, "edited", "was changed");
    }
    for (const link of [head, anchor]) {
      if (link?.seq === next && !hash.equals(link.hash)) {
        const name = link === anchor ? "the anchor" : "the recorded end of the trail";
        return fail(next, "edited", `is valid, but ${name} has a different event at this position`);
      }
    }
    last = { seq: next, hash };
  }
  if (isGap) return fail(last.seq + 1, "missing", "is missing");
  const end = Math.max(head?.seq ?? 0, anchor?.seq ?? 0);
  if (end > last.seq) return fail(last.seq + 1, "truncated", `and all later events up to event ${end} are missing`);
  return { ok: true, rows: last.seq, head: last };
}

function fail(seq: number, problem: AuditProblem, what: string): AuditVerification {
  return { ok: false, seq, problem, message: `Audit event ${seq} ${what}.` };
}
