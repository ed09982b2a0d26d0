import { readFileSync } from "node:fs";
import { type AuditVerification, verifyAuditChain } from "../domain/audit/audit-chain.ts";
import { auditKeyFor } from "../domain/audit/record-audit.ts";
import type { Dependencies } from "../domain/dependencies.ts";
import { AppError } from "../errors.ts";
import type { Terminal } from "./terminal.ts";
import { withDependencies } from "./with-dependencies.ts";

/** The newest hash of an audit chain, stored outside the database. */
interface Anchor {
  readonly companyId: string;
  readonly seq: number;
  readonly hash: string;
}

/** Prints the newest hash of each company's audit chain. Store it where the owner of the database cannot write. */
export async function printAuditAnchor(terminal: Terminal): Promise<number> {
  const heads = await withDependencies(terminal, (deps) => deps.store.audit.listHeads(), { mustExist: true });
  terminal.print(JSON.stringify(heads.map((head) => ({ ...head, hash: head.hash.toString("hex") }) satisfies Anchor)));
  return 0;
}

function isAnchor(value: unknown): value is Anchor {
  if (typeof value !== "object" || value === null) return false;
  if (!("companyId" in value && "seq" in value && "hash" in value)) return false;
  const { companyId, seq, hash } = value;
  return typeof companyId === "string" && Number.isSafeInteger(seq) && /^[0-9a-f]{64}$/.test(String(hash));
}

/**
 * Returns the anchors of a file.
 * @throws {AppError} if the file cannot be read or is not the output of `audit anchor`.
 */
function readAnchors(path: string): readonly Anchor[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/,[^,]*$/, "") : String(error);
    throw new AppError("VALIDATION_FAILED", { message: `Cannot read the anchor ${path}: ${reason}` });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every(isAnchor)) return value;
  } catch {
    // The error below reports invalid JSON too.
  }
  throw new AppError("VALIDATION_FAILED", { message: `${path} is not the output of: briksync-server audit anchor` });
}

/**
 * The result for a company without a recorded end of its trail. Every company has one, because its creation is
 * recorded.
 */
const endMissing = {
  ok: false,
  seq: 0,
  problem: "missing",
  message: "The recorded end of the trail is missing.",
} as const satisfies AuditVerification;

/**
 * Verifies the audit chains of all companies. Finds edited, deleted, inserted and reordered rows, and with an anchor
 * also truncated chains. Returns exit code 10 if a chain is broken.
 */
export async function verifyAudit(terminal: Terminal, options: { readonly anchor?: string }): Promise<number> {
  const anchors = options.anchor === undefined ? [] : readAnchors(options.anchor);
  const verify = async (deps: Dependencies): Promise<number> => {
    const heads = await deps.store.audit.listHeads();
    const known = await deps.store.audit.listCompanyIds();
    const companyIds = new Set([...known, ...anchors.map((anchor) => anchor.companyId)]);
    let broken = 0;
    for (const companyId of companyIds) {
      const head = heads.find((candidate) => candidate.companyId === companyId);
      const anchor = anchors.find((candidate) => candidate.companyId === companyId);
      const verified = await verifyAuditChain(deps.store.audit.readChain(companyId), {
        keyFor: (version) => auditKeyFor(deps, version),
        ...(head === undefined ? {} : { head: { seq: head.seq, hash: head.hash } }),
        ...(anchor === undefined ? {} : { anchor: { seq: anchor.seq, hash: Buffer.from(anchor.hash, "hex") } }),
      });
      const result = verified.ok && (head === undefined || head.seq < 1) ? endMissing : verified;
      if (!result.ok) broken++;
      terminal.print(JSON.stringify(result.ok ? { companyId, ok: true, rows: result.rows } : { companyId, ...result }));
    }
    terminal.say(
      broken === 0 ? "All audit chains are intact." : `Broken audit chains: ${broken} of ${companyIds.size}.`,
    );
    return broken === 0 ? 0 : 10;
  };
  return withDependencies(terminal, verify, { mustExist: true });
}
