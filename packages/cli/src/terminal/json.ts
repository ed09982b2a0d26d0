/**
 * JSON of two spaces with a line end. Characters that could steer a terminal are written as `\u…`, which means the same
 * to every parser; JSON.stringify alone lets C1 controls, DEL and bidi marks through. So are `##[` and `##vso[`, by which the
 * runner of a pipeline that prints it would know a command.
 */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(/[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]|#(?=#(?:vso)?\[)/gi, escapeUnit)}\n`;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
