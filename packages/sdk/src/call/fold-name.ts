/** Returns a name as the server compares the starts of names: composed, with single spaces, ASCII letters in lower case. */
export function foldName(text: string): string {
  const composed = text.normalize("NFC").replace(/\p{Zs}+/gu, " ");
  return lowerAscii(composed);
}

/** Lowercases only ASCII letters, as the server does. Other letters that fold to ASCII belong to other names. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
