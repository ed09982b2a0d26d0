import type { AuditFilter, AuditHead, AuditRecord, AuditStep } from "../records.ts";

/** The audit trail: one hash chain per company. */
export interface AuditRepository {
  /** Locks the chain for the rest of the transaction. Returns null for a company without events. */
  lockHead(companyId: string): Promise<AuditHead | null>;
  append(event: AuditRecord, hash: Buffer): Promise<void>;
  /**
   * Reads a limited step of the trail, newest first, before `beforeSeq`: at most `limit` events, and fewer if a full
   * step was read first.
   */
  listStep(
    companyId: string,
    filter: AuditFilter,
    from: { readonly beforeSeq?: number | undefined; readonly limit: number },
  ): Promise<AuditStep>;
  /** Returns events in limited batches, oldest first. */
  readChain(companyId: string): AsyncIterable<AuditRecord & { readonly hash: Buffer }>;
  /** Returns all companies, and all companies in events. */
  listCompanyIds(): Promise<string[]>;
  /** Returns companies with events by or about the user. */
  listCompaniesOfUser(userId: string): Promise<string[]>;
  listHeads(): Promise<Array<AuditHead & { readonly companyId: string }>>;
}
