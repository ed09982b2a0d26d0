import { dropMeaningfulJoiners } from "./name-joiners.ts";

/** A valid name, or the reason why it is not valid. */
export type CheckedName =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly message: string };

/** A valid note, or the reason why it is not valid. */
export type CheckedNote =
  | { readonly ok: true; readonly note: string }
  | { readonly ok: false; readonly message: string };

const nameCharactersMax = 100;
const noteCharactersMax = 200;
const lineOrControl = /[\p{Control}\p{Line_Separator}\p{Paragraph_Separator}]/u;
const bidiControl = /\p{Bidi_Control}/u;
/** Zero-width characters and fillers, except the variation selectors for text and emoji. */
const invisibleCharacter = /(?![\ufe0e\ufe0f])[\p{Default_Ignorable_Code_Point}\p{Format}\u2800]/u;
const invalidCharacter = /[\p{Surrogate}\p{Noncharacter_Code_Point}\ufffd]/u;
const visibleCharacter = /[\p{Letter}\p{Number}\p{Punctuation}\p{Symbol}]/u;

/** Far more code units than a valid name or note can have, so longer text is not normalized. */
const codeUnitsMax = 10_000;

/**
 * Checks the name of a key, user or company and returns the form to store. It has 1 to 100 code points, all visible, in
 * composed form (NFC), with single spaces. So names that look the same are equal, and a name cannot control a terminal
 * or forge a log line. Joiners are allowed where they change the visible text.
 */
export function checkName(text: string): CheckedName {
  const name = toCanonicalText(text);
  if (name === "") return { ok: false, message: `A name must have 1 to ${nameCharactersMax} characters` };
  const message = findProblem("A name", name, nameCharactersMax);
  if (message !== null) return { ok: false, message };
  if (!visibleCharacter.test(name)) return { ok: false, message: "A name must contain a visible character" };
  return { ok: true, name };
}

/** Checks a note as `checkName` does, but it can be empty and have up to 200 characters. */
export function checkNote(text: string): CheckedNote {
  const note = toCanonicalText(text);
  const message = findProblem("A note", note, noteCharactersMax);
  return message === null ? { ok: true, note } : { ok: false, message };
}

/**
 * Returns the text by which names are compared. Names are equal if they differ only in Unicode form, spaces, joiners or
 * variation selectors. Case matters.
 */
export function toNameKey(text: string): string {
  return toCanonicalText(toCanonicalText(text).replace(/\u200c|\u200d|\ufe0e|\ufe0f/g, ""));
}

/** Returns the composed form with single spaces. Keeps line breaks and tabs, which are refused later. */
function toCanonicalText(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length > codeUnitsMax) return trimmed;
  return trimmed.normalize("NFC").replace(/\p{Space_Separator}+/gu, " ");
}

function findProblem(what: string, text: string, charactersMax: number): string | null {
  // A code point has at most two code units, so longer text is not counted.
  const length = text.length > charactersMax * 2 ? Number.POSITIVE_INFINITY : [...text].length;
  if (length > charactersMax) {
    const has = Number.isFinite(length) ? `. This one has ${length}` : "";
    return `${what} must have at most ${charactersMax} characters${has}`;
  }
  if (lineOrControl.test(text)) return `${what} must not contain line breaks, tabs or other control characters`;
  if (bidiControl.test(text)) return `${what} must not contain characters that change the text direction`;
  if (invisibleCharacter.test(dropMeaningfulJoiners(text))) {
    return `${what} must not contain invisible characters, such as zero-width spaces`;
  }
  if (invalidCharacter.test(text)) return `${what} must not contain broken or unassigned characters`;
  return null;
}
