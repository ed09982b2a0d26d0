/**
 * Returns the form of a name in which the server compares prefixes: composed, with single spaces, and with ASCII
 * letters in lower case.
 */
export function foldName(text: string): string {
  const composed = text.normalize("NFC").replace(/\p{Zs}+/gu, " ");
  return lowerAscii(composed);
}

/** Lowercases only ASCII letters, as the server does. Other letters that Unicode folds to ASCII stay unchanged. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
