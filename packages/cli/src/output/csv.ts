import { sanitizeText } from "./sanitize.ts";

/**
 * One CSV record after RFC 4180, CRLF included: quotes where needed, quotes doubled. A cell a spreadsheet would run as a formula
 * (OWASP: it begins with = + - @, tab or CR) gets an apostrophe in front; controls become visible escapes.
 */
export function formatCsvRow(cells: readonly string[]): string {
  return `${cells.map(formatCell).join(",")}\r\n`;
}

function formatCell(cell: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(cell);
  const safe = sanitizeText(cell);
  const text = isFormula ? `'${safe}` : safe;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
