import { sanitizeText } from "../text/sanitize.ts";

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
