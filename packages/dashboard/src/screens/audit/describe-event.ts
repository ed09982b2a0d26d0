import type { AuditEvent } from "@briksync/sdk/browser";
import { accountMessages } from "../../account-messages.ts";
import { auditActions } from "../../audit-messages.ts";
import { formatExact } from "../../format.ts";

const names: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(auditActions));

const idForm = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|api_[0-9a-f]+)$/i;
const timeForm = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Returns an action in plain words. Returns unknown actions of a newer server unchanged. */
export function nameAction(action: string): string {
  return names[action] ?? action;
}

/**
 * Returns the details of an event: `A → B` for a change, and `name: value` for the rest. IDs and empty values are
 * omitted.
 */
export function describeDetails({ action, details }: AuditEvent): string {
  const { from, to, ...rest } = details;
  const isChange = from !== undefined && to !== undefined;
  const showChanged = action === "membership.role_changed" ? showRole : show;
  const others = Object.entries(isChange ? rest : details)
    .map(([name, value]) => [name, name === "privilege" ? showRole(value) : show(value)] as const)
    // The kind of actor is clear from its name.
    .filter(([name, text]) => text !== "" && name !== "actorKind")
    .map(([name, text]) => `${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}: ${text}`);
  return [...(isChange ? [`${showChanged(from)} → ${showChanged(to)}`] : []), ...others].join(", ");
}

/** Returns a value as text, without IDs. */
function show(value: unknown): string {
  if (value === null) return "";
  if (Array.isArray(value)) return value.map(show).filter(Boolean).join(" ");
  if (typeof value === "object") return show(Object.entries(value).map(([name, part]) => `${name}=${show(part)}`));
  const text = String(value);
  if (idForm.test(text)) return "";
  return timeForm.test(text) ? formatExact(text) : text;
}

function showRole(value: unknown): string {
  return accountMessages.roles[Number(value) - 1] ?? String(value);
}
