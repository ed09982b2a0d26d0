import { scanDotenv } from "./scan-dotenv.ts";
import { scanShell } from "./scan-shell.ts";
import { scanSystemd } from "./scan-systemd.ts";

/** The new text, or the reason why the file cannot be edited safely for all readers. */
export type EditedText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** Values that need no quotes for any reader of dotenv files. */
const plain = /^[A-Za-z0-9_.:/+=@%,-]+$/;

/** An assignment that one reader finds. */
interface Found {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The assignments that each reader finds, or the first position where the readers disagree. */
interface Reading {
  readonly found: ReadonlyMap<string, readonly Found[]>;
  readonly problem: { readonly position: number; readonly reason: string } | null;
}

/**
 * Sets `name` to `value` in the text of a dotenv file. Changes all its assignments, because some readers use the first
 * one and most use the last one. Appends an assignment if there is none. Preserves quotes, blanks, `export`, comments
 * and all other lines byte for byte. The result is correct for dotenv, `sh` and systemd. Otherwise, the edit is refused
 * with the line number. `isCrLf` means that the system's shell reads CRLF as a line end.
 */
export function setInDotenv(text: string, name: string, value: string, isCrLf = false): EditedText {
  if (!plain.test(value) && /['\\\s]/.test(value))
    return { ok: false, reason: "the value has characters that cannot be quoted for all readers of dotenv files" };
  const before = readByAll(text, name, isCrLf);
  if (before.problem !== null) return refuse(text, before.problem);
  const assigned = scanDotenv(text).filter((assignment) => assignment.name === name);
  let edited = text;
  for (const { start, end, quote } of assigned.toReversed()) {
    edited = edited.slice(0, start) + quoteValue(value, quote) + edited.slice(end);
  }
  if (assigned.length === 0) edited = append(text, `${name}=${quoteValue(value, null)}`, isCrLf);
  const after = readByAll(edited, name, isCrLf);
  if (after.problem !== null) return refuse(edited, after.problem);
  // An unfinished last line, such as one that continues, would include the appended line.
  const position = findDifference({ text, before }, { text: edited, after }, name, value);
  if (position !== null) return refuse(edited, { position, reason: "the line before it continues on this line" });
  return { ok: true, text: edited };
}

/** Returns the values of a variable in the text of a dotenv file, without quotes. Returns none if `name` is null. */
export function readVariable(text: string, name: string | null): readonly string[] {
  return scanDotenv(text)
    .filter((assignment) => assignment.name === name)
    .map(({ start, end, quote }) => (quote === null ? text.slice(start, end) : text.slice(start + 1, end - 1)));
}

function refuse(text: string, { position, reason }: { position: number; reason: string }): EditedText {
  const line = text.slice(0, position).split("\n").length;
  return { ok: false, reason: `line ${line}: ${reason}` };
}

function readByAll(text: string, name: string, isCrLf: boolean): Reading {
  const shell = scanShell(text, isCrLf);
  const inDotenv = scanDotenv(text);
  const found = new Map<string, readonly Found[]>([
    ["dotenv", inDotenv],
    ["sh", shell.assignments],
    // systemd ignores lines with `export`, so they cannot be wrong for it.
    ...[true, false].map((isOld) => {
      const assignments = scanSystemd(text, isOld);
      const named = assignments.map((each) => ({ ...each, name: each.name.replace(/^export[ \t]+/, "") }));
      return [`systemd ${isOld}`, named] as const;
    }),
  ]);
  if (shell.problem !== null) {
    return { found, problem: { ...shell.problem, reason: `sh cannot read the file, because ${shell.problem.reason}` } };
  }
  const positions = [...found.values()].flatMap((list) => list.filter((each) => each.name === name));
  const isSame = (list: readonly Found[], { start, end }: Found): boolean =>
    list.some((each) => each.name === name && each.start === start && each.end === end);
  const difference = positions
    .filter((place) => ![...found.values()].every((list) => isSame(list, place)))
    .sort((a, b) => a.start - b.start)[0];
  if (difference !== undefined) {
    const reason = `dotenv, sh and systemd read different values of ${name}. Put ${name}=value on its own line, with nothing after it`;
    return { found, problem: { position: difference.start, reason } };
  }
  const shared = shell.assignments.find((each) => each.name === name && !each.isAlone);
  if (shared !== undefined) {
    const reason = `sh reads more than the value of ${name} on this line. Put ${name}=value on its own line`;
    return { found, problem: { position: shared.start, reason } };
  }
  const command = inDotenv.find((each) => each.name === name && each.quote === "`");
  if (command === undefined) return { found, problem: null };
  return { found, problem: { position: command.start, reason: "sh runs the text between backticks as a command" } };
}

/** Returns the position where an edit has the wrong effect for a reader, or null if the edit is correct. */
function findDifference(
  { text, before }: { readonly text: string; readonly before: Reading },
  { text: edited, after }: { readonly text: string; readonly after: Reading },
  name: string,
  value: string,
): number | null {
  const list = (source: string, found: readonly Found[] | undefined): string =>
    JSON.stringify(
      found?.filter((each) => each.name !== name).map((each) => [each.name, source.slice(each.start, each.end)]),
    );
  for (const [reader, found] of after.found) {
    const matching = found.filter((each) => each.name === name);
    const isRight =
      matching.length > 0 && matching.every(({ start, end }) => unquote(edited.slice(start, end)) === value);
    if (!isRight || list(edited, found) !== list(text, before.found.get(reader))) {
      return matching[0]?.start ?? edited.trimEnd().length;
    }
  }
  return null;
}

function unquote(raw: string): string {
  return /^(['"])([\s\S]*)\1$/.exec(raw)?.[2] ?? raw;
}

// LF is correct for every reader. On Windows, the file keeps its own line ends, because no shell reads it.
function append(text: string, line: string, isCrLf: boolean): string {
  const lineEnd = isCrLf ? (/\r?\n/.exec(text)?.[0] ?? "\n") : "\n";
  const isOpen = text !== "" && !text.endsWith("\n");
  return text + (isOpen ? lineEnd : "") + line + lineEnd;
}

function quoteValue(value: string, quote: string | null): string {
  if (plain.test(value)) return quote === null ? value : quote + value + quote;
  return `'${value}'`;
}
