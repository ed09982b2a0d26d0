/**
 * Returns the text by which names are compared, as the server does: in composed form, with single spaces, and without joiners and
 * variation selectors. Letter case tells names apart.
 */
export function toNameKey(text: string): string {
  const compose = (part: string): string =>
    part
      .trim()
      .normalize("NFC")
      .replace(/\p{Space_Separator}+/gu, " ");
  return compose(compose(text).replace(/\u200c|\u200d|\ufe0e|\ufe0f/g, ""));
}

/** Returns the text with the letters A to Z in lower case. Other letters that fold to these in Unicode stay apart. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
