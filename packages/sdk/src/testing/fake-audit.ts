import type { JsonRecord } from "../call/json.ts";
import { answerPage, type FakeAnswer, type FakeRequest } from "./fake-request.ts";
import type { FakeUser } from "./fake-state.ts";

/** The actor of an event: a user, a job or an automation token, and its company. */
export interface EventActor {
  readonly kind: "user" | "trust" | "token";
  readonly id: string;
  readonly email: string | null;
  readonly company: { readonly id: string };
  /** Fields about the pipeline for the details of audit events. */
  readonly about?: JsonRecord;
}

/** Adds an event to the audit trail. */
export function recordEvent(
  { state, ip, requestId }: FakeRequest,
  action: string,
  facts: {
    actor?: EventActor;
    user?: FakeUser;
    companyId?: string;
    key?: { id: string; name: string };
    details?: JsonRecord;
  },
): void {
  const { actor, user, key } = facts;
  state.events.push({
    id: crypto.randomUUID(),
    companyId: actor?.company.id ?? facts.companyId ?? null,
    createdOn: state.now().toISOString(),
    action,
    actorKind: actor?.kind ?? (user === undefined ? "server" : "user"),
    actorId: (actor ?? user)?.id ?? null,
    actorEmail: (actor ?? user)?.email ?? null,
    keyId: key?.id ?? null,
    keyName: key?.name ?? null,
    ip,
    requestId,
    details: { ...facts.details, ...actor?.about },
  });
}

/** GET /audit: newest first, in pages. */
export function listAuditEvents(request: FakeRequest, { company }: EventActor): FakeAnswer {
  const { query, state } = request;
  const since = query.get("since");
  const events = state.events
    .filter((event) => event.companyId === company.id)
    .filter((event) => since === null || event.createdOn >= new Date(since).toISOString())
    .filter(({ keyId, actorId, action, actorKind, details }) => {
      const pipeline: typeof details = actorKind === "trust" ? details : {};
      const { repository, workflow, runId } = pipeline;
      const has = { keyId, actorId, action, actorKind, repository, workflow, runId };
      return Object.entries(has).every(([name, value]) => (query.get(name) ?? value) === value);
    })
    .map(({ companyId: _, ...event }) => event)
    .reverse();
  return answerPage(request, events);
}
