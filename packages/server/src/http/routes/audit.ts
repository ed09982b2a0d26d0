import Type from "typebox";
import { listAuditEvents } from "../../domain/audit/list-audit-events.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import type { AuditRecord } from "../../store/records.ts";
import type { App } from "../fastify.ts";
import { nextPageLink } from "../next-page-link.ts";
import { createSessionHooks, requireSession } from "../plugins/authenticate.ts";
import { listRefusals, ofInput } from "../refusals.ts";
import { AuditEvent, AuditQuery } from "../schemas/audit-event.ts";
import { ErrorResponse } from "../schemas/error.ts";
import { sendJsonList } from "../send-json-list.ts";

function presentEvent(event: AuditRecord): Type.Static<typeof AuditEvent> {
  return {
    id: event.id,
    createdOn: event.createdOn,
    action: event.action,
    actorId: event.actorId,
    actorEmail: event.actorEmail,
    keyId: event.keyId,
    keyName: event.keyName,
    ip: event.ip,
    requestId: event.requestId,
    details: JSON.parse(event.details),
  };
}

/** Number of read events that cost as much as one returned event. */
const examinedPerRow = 10;

/** Registers the audit trail. */
export function registerAuditRoutes(app: App, deps: Dependencies): void {
  app.get(
    "/audit",
    {
      ...createSessionHooks(deps, "manage-keys"),
      config: { refusals: listRefusals("manage-keys", ...ofInput) },
      schema: {
        operationId: "listAuditEvents",
        tags: ["Audit"],
        security: [{ session: [] }],
        summary: "List audit events of the company, newest first",
        description: 'If there are more results, a `Link: <…>; rel="next"` header contains the URL of the next page.',
        querystring: AuditQuery,
        response: {
          200: Type.Array(AuditEvent, { maxItems: 1000, description: "The events" }),
          default: ErrorResponse,
        },
      },
    },
    async (request, reply) => {
      const { actor } = requireSession(request);
      const page = await listAuditEvents(deps, actor, request.query);
      deps.managementLimiter.charge(actor, page.events.length + page.examined / examinedPerRow);
      if (page.nextCursor !== null) reply.header("link", nextPageLink(request.url, page.nextCursor));
      return sendJsonList(reply, deps.turns, page.events, presentEvent);
    },
  );
}
