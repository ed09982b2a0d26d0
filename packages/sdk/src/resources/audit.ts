import { isListOfRecords } from "../call/answer-shape.ts";
import type { Api } from "../call/api.ts";
import { readNextCursor } from "../call/link-header.ts";
import { checkCallOptions, checkFields } from "../call/option-names.ts";
import { iteratePages, pickPageSize } from "../call/page.ts";
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
   * Returns an iterable over the audit events, newest first. It fetches each page when the loop reaches it. Each loop starts
   * with the first page.
   *
   * @example
   * for await (const event of briksync.audit.list({ keyId, limit: 50 })) console.log(event.action, event.createdOn);
   */
  list(input: ListAuditEventsInput = {}, options?: CallOptions): AsyncIterable<AuditEvent> {
    checkFields(input, [...filterFields, "since", "limit", "pageSize"]);
    checkCallOptions(options);
    const { since } = input;
    const query = {
      ...Object.fromEntries(filterFields.map((field) => [field, input[field]])),
      since: since instanceof Date ? since.toISOString() : since,
      limit: pickPageSize(input),
    };
    return iteratePages(async (cursor) => {
      const { body, response } = await this.#api.requestReply("GET", "/audit", options, {
        query: { ...query, cursor },
        feature: "audit.list",
        accepts: isListOfRecords,
      });
      return { items: body, nextCursor: readNextCursor(response.header("link")) };
    }, input.limit);
  }
}
