import { toNameKey } from "./names.ts";

/** ASCII characters in full width, as input methods for East Asian scripts write them. */
const fullWidth = /[\uff01-\uff5e]/g;
const fullWidthOffset = 0xfee0;

/**
 * Returns the form in which email addresses and usernames are stored and compared. Case is ignored for ASCII letters
 * only. A mailbox whose name folds to another name in Unicode, for example with a Kelvin sign for the k, is another
 * mailbox. Composed form, spaces and joiners do not matter, as in all names.
 */
export function normalizeLogin(text: string): string {
  const narrow = text.replace(fullWidth, (wide) => String.fromCodePoint(wide.charCodeAt(0) - fullWidthOffset));
  // Do this before composing, which turns a Kelvin sign into a capital K. No stored login contains one.
  return toNameKey(lowerAscii(narrow));
}

/**
 * Returns the text with A to Z in lower case, and all other characters unchanged. Email addresses are compared in this
 * form. Other Unicode characters also fold to ASCII letters, so that another person's mailbox would match.
 */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
