import type { Api } from "../call/api.ts";
import type { AuditEvent, ListAuditEventsInput } from "../models/audit-event.ts";
import type { CallOptions } from "../models/call-options.ts";

const filterFields = ["keyId", "actorId", "action", "actorKind", "repository", "workflow", "runId"] as const;

/** The audit trail of the active company. Available as `briksync.audit`. */
export class Audit {
  readonly #api: Api;

  /** @internal */
  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Returns an iterable over the audit events, newest first. It fetches each page when the loop reaches it. Each loop
   * starts with the first page.
   *
   * @example
   * for await (const event of briksync.audit.list({ keyId, limit: 50 })) console.log(event.action, event.createdOn);
   */
  list(input: ListAuditEventsInput = {}, options?: CallOptions): AsyncIterable<AuditEvent> {
    const { since } = input;
    const filters = Object.fromEntries(filterFields.map((field) => [field, input[field]]));
    return this.#api.list("GET", "/audit", input, options, {
      query: { ...filters, since: since instanceof Date ? since.toISOString() : since },
      feature: "audit.list",
    });
  }
}
