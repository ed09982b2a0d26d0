import { sanitizeText } from "../text/sanitize.ts";

/**
 * One CSV record after RFC 4180, but ended by LF as the tools of a pipeline expect: quotes where needed, quotes doubled; controls become visible escapes. What a
 * spreadsheet would run as a formula (OWASP: a cell that begins with = + - @, their full-width forms, tab or CR) gets an apostrophe
 * in front, also behind a `;`, since programs of many locales split there.
 */
export function formatCsvRow(cells: readonly string[]): string {
  return `${cells.map(formatCell).join(",")}\n`;
}

function formatCell(cell: string): string {
  const safe = sanitizeText(cell).replace(/;(?="*[=+\-@＝＋－＠])/g, ";'");
  const text = /^[=+\-@＝＋－＠\t\r]/.test(cell) ? `'${safe}` : safe;
  return /[",;]/.test(text) || cell.includes("\t") ? `"${text.replaceAll('"', '""')}"` : text;
}
