import type { AuditEvent } from "@briksync/sdk";
import { type ListLayout, makeTimeColumn } from "../terminal/print-list.ts";

/** The layout of the event list. CSV has all columns, with `details` as JSON. */
export const eventListLayout: ListLayout<AuditEvent> = {
  empty: "No events found.",
  nouns: ["event", "events"],
  id: (event) => event.id,
  columns: [
    makeTimeColumn("WHEN", "createdOn"),
    { header: "ACTION", field: "action", value: (event) => event.action, isSearched: true },
    { header: "KEY", field: "keyName", value: (event) => event.keyName, widthMin: 12, isSearched: true },
    {
      header: "BY",
      field: "actorEmail",
      value: (event) => event.actorEmail,
      show: (event) => event.actorEmail ?? namePipeline(event),
      widthMin: 12,
      isSearched: true,
    },
    { header: "FROM", field: "ip", value: (event) => event.ip, dropOrder: 1, isSearched: true },
    {
      header: "DETAILS",
      field: "details",
      value: (event) => JSON.stringify(event.details),
      show: (event) => describeDetails(omitPipeline(event)),
      widthMin: 16,
      dropOrder: 2,
      isSearched: true,
    },
    { header: "KEY ID", field: "keyId", value: (event) => event.keyId, isCsvOnly: true, isSearched: true },
    { header: "ACTOR ID", field: "actorId", value: (event) => event.actorId, isCsvOnly: true },
    { header: "REQUEST ID", field: "requestId", value: (event) => event.requestId, isCsvOnly: true },
    { header: "ID", field: "id", value: (event) => event.id, isCsvOnly: true },
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
