import type { AuditEvent, ListAuditEventsInput } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { auditActions } from "../generated/audit-actions.ts";
import { findCaller } from "../keys/find-caller.ts";
import { findKey } from "../keys/find-key.ts";
import { type ListViewOptions, matchesSearch, readListView, selectRows } from "../terminal/list-view.ts";
import { createTimeColumn, type ListLayout, printList } from "../terminal/print-list.ts";
import { findNearestNames, lowerAscii } from "../text/names.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { durationForm, parseDuration, parseIsoTime } from "../text/time.ts";

/** The options of `briksync audit`. */
export interface AuditOptions extends ListViewOptions {
  readonly key?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly repository?: string;
  readonly run?: string;
  readonly since?: string;
  readonly limit: number;
}

/** Runs `briksync audit`: lists the newest events that match all filters, newest first unless `--sort` is set. */
export async function listEvents(context: Context, options: AuditOptions): Promise<void> {
  const { key, action, repository, run, limit } = options;
  const view = readListView(options, eventListLayout.columns);
  readSince(options.since, context.now());
  const actor = readActor(options.actor);
  if (action !== undefined) warnOfUnknownAction(context, action);
  const client = await context.client();
  const isAgo = options.since !== undefined && parseDuration(options.since) !== null;
  // Only the `Date` header of the response is needed, because it contains the server's time.
  if (isAgo && !context.clock.isKnown) await findCaller(client, context.signal);
  const since = readSince(options.since, context.now());
  // Only the server knows who "me" is.
  const actorId = actor.isMe === true ? (await client.auth.getSession({ signal: context.signal })).user.id : actor.id;
  const input: ListAuditEventsInput = {
    ...(key !== undefined && { keyId: (await findKey(context, key)).id }),
    ...(actorId !== undefined && { actorId }),
    ...(actor.kind !== undefined && { actorKind: actor.kind }),
    ...(action !== undefined && { action }),
    ...(repository !== undefined && { repository }),
    ...(run !== undefined && { runId: run }),
    ...(since !== undefined && { since }),
  };
  const events: AuditEvent[] = [];
  let hasMore = false;
  for await (const event of client.audit.list(
    { ...input, pageSize: Math.min(1000, limit + 1) },
    { signal: context.signal },
  )) {
    if (actor.email !== undefined && lowerAscii(event.actorEmail ?? "") !== actor.email) continue;
    if (!matchesSearch(event, eventListLayout, view)) continue;
    hasMore = events.length === limit;
    if (hasMore) break;
    events.push(event);
  }
  const { rows } = selectRows(events, eventListLayout, view);
  await printList(context, rows, eventListLayout, { fields: view.fields });
  if (hasMore && (await context.output()) === "table") {
    context.io.writeStatus(
      `Only the newest ${limit} events are listed. To list more, pass --limit ${limit * 10}. To filter, pass --key, --actor, --run, --action or --since.`,
    );
  }
}

// A typing mistake also finds no events, which must not look like a clean result.
function warnOfUnknownAction({ io }: Context, action: string): void {
  if (auditActions.some((known) => known === action)) return;
  const [nearest] = findNearestNames(action, auditActions, 1);
  const advice = nearest === undefined ? "See: briksync audit --help" : `Did you mean ${nearest}?`;
  io.writeWarning(`"${sanitizeText(action)}" is not a known action. ${advice}`);
}

function readSince(text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  const moment = seconds === null ? parseIsoTime(text) : new Date(now.getTime() - seconds * 1000);
  if (moment !== null) return moment;
  throw new CliError("USAGE", `--since ${JSON.stringify(text)} is not a duration or a time.`, {
    hint: `Pass ${durationForm}, or a time such as 2026-02-01 or 2026-02-01T10:30Z (UTC unless it has a zone).`,
  });
}

/**
 * The actor that `--actor` selects. The server does not filter by email address, so the CLI compares the addresses on
 * all pages.
 */
interface ActorChoice {
  readonly isMe?: true;
  readonly id?: string;
  readonly email?: string;
  readonly kind?: "trust" | "token";
}

function readActor(text: string | undefined): ActorChoice {
  if (text === undefined) return {};
  const wanted = lowerAscii(text.trim());
  if (wanted === "me") return { isMe: true };
  // Operator commands have no email address. The server stores this word instead.
  if (wanted.includes("@") || wanted === "operator") return { email: wanted };
  if (wanted === "trust" || wanted === "token") return { kind: wanted };
  if (/^[0-9a-f-]{36}$/.test(wanted)) return { id: wanted };
  throw new CliError("USAGE", `--actor ${JSON.stringify(text)} is not an email address or an ID.`, {
    hint: 'Pass an email address, the ID of a user, trust or token, "me", "operator", "trust" or "token".',
  });
}

/** The layout of the event list. CSV has all columns, with `details` as JSON. */
export const eventListLayout: ListLayout<AuditEvent> = {
  empty: "No events found.",
  nouns: ["event", "events"],
  id: (event) => event.id,
  columns: [
    createTimeColumn("WHEN", "createdOn"),
    { header: "ACTION", field: "action", isSearched: true },
    { header: "KEY", field: "keyName", widthMin: 12, isSearched: true },
    {
      header: "BY",
      field: "actorEmail",
      show: (event) => event.actorEmail ?? namePipeline(event),
      widthMin: 12,
      isSearched: true,
    },
    { header: "FROM", field: "ip", dropOrder: 1, isSearched: true },
    {
      header: "DETAILS",
      field: "details",
      value: (event) => JSON.stringify(event.details),
      show: (event) => describeDetails(omitPipeline(event)),
      widthMin: 16,
      dropOrder: 2,
      isSearched: true,
    },
    { header: "KEY ID", field: "keyId", isCsvOnly: true, isSearched: true },
    { header: "ACTOR ID", field: "actorId", isCsvOnly: true },
    { header: "REQUEST ID", field: "requestId", isCsvOnly: true },
    { header: "ID", field: "id", isCsvOnly: true },
  ],
};

/** Returns the name of the trust or the automation token that caused an event, or an empty text. */
export function namePipeline({ actorKind, details }: Pick<AuditEvent, "actorKind" | "details">): string {
  if (actorKind !== "trust" && actorKind !== "token") return "";
  return `${actorKind === "trust" ? "trust" : "token"} ${show(details[`${actorKind}Name`])}`;
}

/** Returns the details of an event without those that {@link namePipeline} shows. */
export function omitPipeline({ actorKind, details }: Pick<AuditEvent, "actorKind" | "details">): AuditEvent["details"] {
  if (actorKind !== "trust" && actorKind !== "token") return details;
  const shown = ["actorKind", `${actorKind}Name`];
  return Object.fromEntries(Object.entries(details).filter(([name]) => !shown.includes(name)));
}

const idPattern = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|api_[0-9a-f]+)$/i;

/** Returns `A → B` for a change, else `name value` pairs. Omits null, empty values and IDs. */
export function describeDetails(details: AuditEvent["details"]): string {
  const { from, to, ...rest } = details;
  const change = from !== undefined && to !== undefined ? [`${show(from)} → ${show(to)}`] : [];
  const others = Object.entries(change.length > 0 ? rest : details)
    .filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))
    .filter(([, value]) => !(typeof value === "string" && idPattern.test(value)))
    .map(([name, value]) => `${name} ${show(value)}`);
  return [...change, ...others].join(", ");
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.map(show).join(" ");
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
