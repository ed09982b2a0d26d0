/**
 * Returns the form of a name for comparisons, as the server computes it: composed, with single spaces, and without
 * joiners and variation selectors. Letter case is significant.
 */
export function toNameKey(text: string): string {
  const compose = (part: string): string =>
    part
      .trim()
      .normalize("NFC")
      .replace(/\p{Space_Separator}+/gu, " ");
  return compose(compose(text).replace(/\u200c|\u200d|\ufe0e|\ufe0f/g, ""));
}

/** Converts the letters A to Z to lower case. Other letters that Unicode folds to these stay unchanged. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
