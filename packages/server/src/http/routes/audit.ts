import Type from "typebox";
import { listAuditEvents } from "../../domain/audit/list-audit-events.ts";
import { readActorKind } from "../../domain/audit/record-audit.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import type { AuditRecord } from "../../store/records.ts";
import { createCalls } from "../describe-call.ts";
import type { App } from "../fastify.ts";
import { requireSession } from "../plugins/authenticate.ts";
import { AuditEvent, AuditQuery } from "../schemas/audit-event.ts";
import { sendPage } from "../send-page.ts";

/** Returns an event for the response. The schema of the route drops the fields that clients do not get. */
function presentEvent({ details: text, ...event }: AuditRecord): object {
  const details = JSON.parse(text);
  return { ...event, actorKind: readActorKind(event, details), details };
}

/** Registers the audit trail. */
export function registerAuditRoutes(app: App, deps: Dependencies): void {
  const call = createCalls(app, deps, "Audit");

  call("GET", "/audit", {
    operationId: "listAuditEvents",
    summary: "List audit events of the company, newest first",
    description: 'If there are more results, a `Link: <…>; rel="next"` header contains the URL of the next page.',
    querystring: AuditQuery,
    response: { 200: Type.Array(AuditEvent, { maxItems: 1000, description: "The events" }) },
  }).answer(async (request, reply) => {
    const { actor } = requireSession(request);
    const page = await listAuditEvents(deps, actor, request.query);
    return sendPage(deps, reply, actor, page, presentEvent);
  });
}
