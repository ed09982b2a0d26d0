import { type Assignment, scanDotenv } from "./scan-dotenv.ts";

/** The new text, or why the file cannot be edited without a doubt about what its readers would make of it. */
export type EditedText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** What means the same to every reader of dotenv files without quotes. */
const plain = /^[A-Za-z0-9_.:/+=@%,-]+$/;

/**
 * Gives `name` the value `value` in the text of a dotenv file, wherever it is assigned (some readers take the first, most the last); at the end
 * where it is not. Quotes, blanks, `export`, comments and every other line stay as they are, byte for byte.
 */
export function setInDotenv(text: string, name: string, value: string): EditedText {
  if (!plain.test(value) && /['\\\s]/.test(value))
    return refuse("the value has characters that no quotes hold for every reader");
  const before = scanDotenv(text);
  const assigned = before.filter((assignment) => assignment.name === name);
  if (assigned.some((assignment) => assignment.isOnLaterLine)) {
    return refuse(`the value of ${name} begins on a later line than its name. Put both on one line first`);
  }
  let edited = text;
  for (const assignment of assigned.toReversed()) edited = replaceValue(edited, assignment, value);
  if (assigned.length === 0) edited = append(text, `${name}=${quoteValue(value, null)}`);
  // Broken quotes and dangling signs elsewhere can swallow what is written here, or be swallowed.
  if (!isAsMeant(text, before, edited, name, value)) {
    return refuse(
      `it has quotes or signs without a partner, so it is open to readers where ${name} belongs. Mend it first`,
    );
  }
  return { ok: true, text: edited };
}

function refuse(reason: string): EditedText {
  return { ok: false, reason };
}

function replaceValue(text: string, { start, end, quote }: Assignment, value: string): string {
  const rest = text.slice(end);
  // `NAME=old#note` is a comment to some and part of the value to others; a blank settles it.
  return text.slice(0, start) + quoteValue(value, quote) + (rest.startsWith("#") ? " " : "") + rest;
}

function append(text: string, line: string): string {
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? "\n";
  const isOpen = text !== "" && !/[\r\n]$/.test(text);
  return text + (isOpen ? lineEnd : "") + line + lineEnd;
}

function quoteValue(value: string, quote: string | null): string {
  if (plain.test(value)) return quote === null ? value : quote + value + quote;
  return `'${value}'`;
}

function isAsMeant(text: string, before: readonly Assignment[], edited: string, name: string, value: string): boolean {
  const after = scanDotenv(edited);
  const read = (source: string, { start, end }: Assignment): string => source.slice(start, end);
  const others = (source: string, list: readonly Assignment[]): string =>
    JSON.stringify(list.filter((each) => each.name !== name).map((each) => [each.name, read(source, each)]));
  const ours = after.filter((each) => each.name === name);
  const isOurs = (each: Assignment): boolean => read(edited, each) === quoteValue(value, each.quote);
  return ours.length > 0 && ours.every(isOurs) && others(text, before) === others(edited, after);
}
