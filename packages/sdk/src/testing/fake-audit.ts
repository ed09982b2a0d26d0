import { answerPage } from "./fake-paging.ts";
import { type FakeAnswer, type FakeRequest, requireKeyManager } from "./fake-request.ts";

const actorFilters = ["actorKind", "repository", "workflow", "runId"];

/** GET /audit: newest first, in pages. */
export function listAuditEvents(request: FakeRequest): FakeAnswer {
  const { company } = requireKeyManager(request);
  const { query, state } = request;
  const since = query.get("since");
  const events = state.events
    .filter((event) => event.companyId === company.id)
    .filter((event) => since === null || event.createdOn >= new Date(since).toISOString())
    .filter((event) => (query.get("keyId") ?? event.keyId) === event.keyId)
    .filter((event) => (query.get("actorId") ?? event.actorId) === event.actorId)
    .filter((event) => (query.get("action") ?? event.action) === event.action)
    .filter(({ details, actorKind }) => {
      const has: Readonly<Record<string, unknown>> = actorKind === "trust" ? { ...details, actorKind } : { actorKind };
      return actorFilters.every((name) => (query.get(name) ?? has[name]) === has[name]);
    })
    .map(({ companyId: _, ...event }) => event)
    .reverse();
  return answerPage(request, events);
}
