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
