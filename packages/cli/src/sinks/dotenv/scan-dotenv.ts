/** One assignment in a dotenv file. `start` and `end` include the quotes of the value but not the blanks around it. */
export interface Assignment {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** The quote around the value, or null. */
  readonly quote: string | null;
  /** The position right after the sign, where an empty value would be. */
  readonly afterSign: number;
  /** The value starts on a later line than its name, which only some readers understand. */
  readonly isOnLaterLine: boolean;
}

// Blanks inside a line, and line ends, as the npm package dotenv sees them.
const blanks = /[^\S\n\r\u2028\u2029]*/y;
const allBlanks = /\s*/y;
const lineEnd = /\r\n|[\n\r\u2028\u2029]/g;
const lineEnds = "\n\r\u2028\u2029";
const nameAndSign = /(?:export\s+)?([\w.-]+)(?:\s*=|:(?:\r\n|\s))/y;
const unquoted = /[^#\r\n]*/y;

/**
 * Returns all assignments in the text of a dotenv file, as the npm package dotenv reads it: `export`, three kinds of
 * quotes with line ends inside, and comments. Text inside a quoted value is not an assignment.
 */
export function scanDotenv(text: string): Assignment[] {
  const assignments: Assignment[] = [];
  let position = 0;
  while (position <= text.length) {
    const assignment = readAssignment(text, skip(blanks, text, position));
    if (assignment !== null) assignments.push(assignment);
    position = findNextLine(text, assignment === null ? position : Math.max(assignment.end, assignment.afterSign));
  }
  return assignments;
}

function readAssignment(text: string, position: number): Assignment | null {
  nameAndSign.lastIndex = position;
  const match = nameAndSign.exec(text);
  if (match === null) return null;
  const [sign, name = ""] = match;
  const afterSign = position + sign.length;
  const isOnLaterLine = (start: number): boolean => /[\n\r\u2028\u2029]/.test(text.slice(afterSign - 1, start));
  const open = skip(allBlanks, text, afterSign);
  const close = findClose(text, open);
  if (close !== null) {
    const quote = text.charAt(open);
    return { name, start: open, end: close + 1, quote, afterSign, isOnLaterLine: isOnLaterLine(open) };
  }
  const stop = skip(unquoted, text, afterSign);
  const raw = text.slice(afterSign, stop);
  const start = afterSign + (raw.length - raw.trimStart().length);
  if (raw.trim() === "")
    return { name, start: afterSign, end: afterSign, quote: null, afterSign, isOnLaterLine: false };
  return { name, start, end: start + raw.trim().length, quote: null, afterSign, isOnLaterLine: isOnLaterLine(start) };
}

/**
 * Returns the end of the quoted value that starts here, or null if there is none. The first quote without a backslash
 * closes it if only a comment follows on its line. Otherwise, the last quote with a backslash for which that is true
 * closes it.
 */
function findClose(text: string, open: number): number | null {
  const quote = text.charAt(open);
  if (!["'", '"', "`"].includes(quote) || quote === "") return null;
  const candidates: number[] = [];
  let at = text.indexOf(quote, open + 1);
  while (at !== -1 && text[at - 1] === "\\") {
    candidates.push(at);
    at = text.indexOf(quote, at + 1);
  }
  if (at !== -1) candidates.push(at);
  return candidates.findLast((candidate) => endsLine(text, candidate + 1)) ?? null;
}

function endsLine(text: string, position: number): boolean {
  const next = text.charAt(skip(blanks, text, position));
  return next === "" || next === "#" || lineEnds.includes(next);
}

function skip(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  return position + (pattern.exec(text)?.[0].length ?? 0);
}

function findNextLine(text: string, position: number): number {
  lineEnd.lastIndex = position;
  const match = lineEnd.exec(text);
  return match === null ? text.length + 1 : match.index + match[0].length;
}
