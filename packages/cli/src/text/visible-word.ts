/** Returns whether a text is one word of visible ASCII characters, so that a header, a line or a variable can hold it. */
export function isVisibleWord(text: string, lengthMax = Number.POSITIVE_INFINITY): boolean {
  return text.length <= lengthMax && /^[\x21-\x7e]+$/.test(text);
}
