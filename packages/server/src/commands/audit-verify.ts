import { readFileSync } from "node:fs";
import { auditKeyFor } from "../domain/audit.ts";
import { verifyAuditChain } from "../domain/audit-chain.ts";
import type { Terminal } from "./terminal.ts";
import { withDependencies } from "./with-dependencies.ts";

/** The newest link of every chain, kept outside the database. */
interface Anchor {
  readonly companyId: string;
  readonly seq: number;
  readonly hash: string;
}

/** Prints the newest link of every company's audit chain, to be kept where the database's owner cannot write. */
export async function printAuditAnchor(terminal: Terminal): Promise<number> {
  const heads = await withDependencies(terminal, (deps) => deps.store.audit.listHeads());
  terminal.print(JSON.stringify(heads.map((head) => ({ ...head, hash: head.hash.toString("hex") }) satisfies Anchor)));
  return 0;
}

function readAnchors(path: string): Anchor[] {
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!Array.isArray(value)) throw new Error(`${path} is not an anchor printed by: briksync-server audit anchor`);
  return value as Anchor[];
}

/**
 * Recomputes every company's audit chain: edited, deleted, inserted and reordered rows are found; truncation is found
 * against an anchor. Exit code 10 when a chain is broken.
 */
export async function verifyAudit(terminal: Terminal, options: { readonly anchor?: string }): Promise<number> {
  const anchors = options.anchor === undefined ? [] : readAnchors(options.anchor);
  return withDependencies(terminal, async (deps) => {
    const heads = await deps.store.audit.listHeads();
    const companyIds = new Set([...heads.map((head) => head.companyId), ...anchors.map((anchor) => anchor.companyId)]);
    let broken = 0;
    for (const companyId of companyIds) {
      const head = heads.find((candidate) => candidate.companyId === companyId);
      const anchor = anchors.find((candidate) => candidate.companyId === companyId);
      const result = await verifyAuditChain(deps.store.audit.readChain(companyId), {
        keyFor: (version) => auditKeyFor(deps, version),
        ...(head === undefined ? {} : { head: { seq: head.seq, hash: head.hash } }),
        ...(anchor === undefined ? {} : { anchor: { seq: anchor.seq, hash: Buffer.from(anchor.hash, "hex") } }),
      });
      if (!result.ok) broken++;
      terminal.print(JSON.stringify(result.ok ? { companyId, ok: true, rows: result.rows } : { companyId, ...result }));
    }
    terminal.say(broken === 0 ? "Every audit chain is intact." : `${broken} audit chain(s) are broken.`);
    return broken === 0 ? 0 : 10;
  });
}
