import { sanitizeText } from "../text/sanitize.ts";

/**
 * Returns JSON with an indentation of two spaces and a newline at the end. Escapes characters that could control a
 * terminal, because JSON.stringify keeps C1 controls, DEL and bidi marks. Also escapes `##[` and `##vso[`, which CI
 * runners would read as commands.
 */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(/[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]|#(?=#(?:vso)?\[)/gi, escapeUnit)}\n`;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * Returns one CSV record (RFC 4180), ended by LF because pipelines expect it. Control characters become visible
 * escapes. Cells that a spreadsheet would run as a formula get an apostrophe in front (OWASP: cells that start with = +
 * - @, their full-width forms, tab or CR). This also applies after a `;`, because some locales split there.
 */
export function formatCsvRow(cells: readonly string[]): string {
  return `${cells.map(formatCell).join(",")}\n`;
}

function formatCell(cell: string): string {
  const safe = sanitizeText(cell).replace(/;(?="*[=+\-@＝＋－＠])/g, ";'");
  const text = /^[=+\-@＝＋－＠\t\r]/.test(cell) ? `'${safe}` : safe;
  return /[",;]/.test(text) || cell.includes("\t") ? `"${text.replaceAll('"', '""')}"` : text;
}
