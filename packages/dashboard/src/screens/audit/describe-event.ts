import type { AuditEvent } from "@briksync/sdk/browser";
import { messages } from "../../messages.ts";

const names: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(messages.auditActions));

const ID = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|api_[0-9a-f]+)$/i;

/** Returns an action in plain words. An action of a newer server stays as it is. */
export function nameAction(action: string): string {
  return names[action] ?? action;
}

/** Returns the details of an event: `A → B` for a change, and `name: value` for the rest. IDs and empty values are left out. */
export function describeDetails({ details }: AuditEvent): string {
  const { from, to, ...rest } = details;
  const isChange = from !== undefined && to !== undefined;
  const others = Object.entries(isChange ? rest : details)
    .map(([name, value]) => [name, show(value)] as const)
    .filter(([, text]) => text !== "" && !ID.test(text))
    .map(([name, text]) => `${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}: ${text}`);
  return [...(isChange ? [`${show(from)} → ${show(to)}`] : []), ...others].join(", ");
}

function show(value: unknown): string {
  if (value === null) return "";
  if (Array.isArray(value)) return value.map(show).join(" ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
