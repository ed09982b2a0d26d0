import { toNameKey } from "./names.ts";

/** The ASCII characters in full width, as input methods for East Asian scripts write them. */
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const FULL_WIDTH_OFFSET = 0xfee0;

/**
 * Returns the form in which email addresses and usernames are stored and compared. Case is ignored for ASCII letters only:
 * a mailbox whose name merely folds to somebody else's in Unicode, such as one with a Kelvin sign for the k, is another mailbox.
 * Composed form, spaces and joiners make no difference, as in all names.
 */
export function normalizeLogin(text: string): string {
  const narrow = text.replace(FULL_WIDTH, (wide) => String.fromCodePoint(wide.charCodeAt(0) - FULL_WIDTH_OFFSET));
  // Before the composed form, which turns a Kelvin sign into a capital K: no stored login has one.
  return toNameKey(lowerAscii(narrow));
}

/** Returns the text with the letters A to Z in lower case and everything else as it is. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
