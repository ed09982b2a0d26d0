import type { AuditEvent } from "@briksync/sdk/browser";

/** The columns, as in `briksync audit --output csv`. */
const columns = [
  "createdOn",
  "action",
  "keyName",
  "actorEmail",
  "ip",
  "details",
  "keyId",
  "actorId",
  "requestId",
  "id",
] as const;

/** Returns events as CSV (RFC 4180). The byte order mark lets spreadsheets read it as UTF-8. */
export function formatAuditCsv(events: readonly AuditEvent[]): string {
  const rows = events.map((event) => columns.map((column) => formatCell(event[column])).join(","));
  return `\uFEFF${[columns.join(","), ...rows].join("\r\n")}\r\n`;
}

/**
 * Cells that a spreadsheet would run as a formula get an apostrophe in front (OWASP: cells that start with = + - @,
 * their full-width forms, tab or CR). This also applies after a `;`, because some locales split there.
 */
function formatCell(value: unknown): string {
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
  const safe = text.replace(/;(?="*[=+\-@＝＋－＠])/g, ";'").replace(/^[=+\-@＝＋－＠\t\r]/, "'$&");
  return `"${safe.replaceAll('"', '""')}"`;
}
