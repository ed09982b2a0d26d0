/** Rows and columns of keyboards. */
const keyWalks = [
  "1234567890",
  "qwertyuiop",
  "qwertzuiop",
  "azertyuiop",
  "asdfghjkl",
  "qsdfghjklm",
  "zxcvbnm",
  "yxcvbnm",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
].flatMap((walk) => [walk, [...walk].reverse().join("")]);

const runCharactersMin = 3;

/**
 * Returns the number of independent pieces of a lowercase text. A run (`aaaa`, `2345`, `zyx`), a keyboard walk
 * (`qwerty`) and a repetition are one piece each. All other characters are one piece each. Stops counting at `enough`,
 * which limits the cost.
 */
export function countPieces(text: string, enough: number): number {
  let pieces = 0;
  for (let index = 0; index < text.length && pieces < enough; pieces += 1) {
    const length = Math.max(measureRun(text, index), measureWalk(text, index), measureRepetition(text, index));
    index += length >= runCharactersMin ? length : 1;
  }
  return pieces;
}

/** Returns the shortest part that the text repeats a whole number of times, or the text itself. */
export function findRepeatedPart(text: string): string {
  return text.slice(0, (text + text).indexOf(text, 1));
}

function measureRun(text: string, start: number): number {
  const step = text.charCodeAt(start + 1) - text.charCodeAt(start);
  if (!(Math.abs(step) <= 1)) return 1;
  let end = start + 2;
  while (end < text.length && text.charCodeAt(end) - text.charCodeAt(end - 1) === step) end += 1;
  return end - start;
}

function measureWalk(text: string, start: number): number {
  let longest = 1;
  for (const walk of keyWalks) {
    const from = walk.indexOf(text.charAt(start));
    if (from !== -1) longest = Math.max(longest, measureMatch(walk, from, text, start));
  }
  return longest;
}

function measureRepetition(text: string, start: number): number {
  let longest = 0;
  for (let from = 0; from < start; from += 1) longest = Math.max(longest, measureMatch(text, from, text, start));
  return longest;
}

function measureMatch(source: string, from: number, text: string, start: number): number {
  let length = 0;
  while (start + length < text.length && source[from + length] === text[start + length]) length += 1;
  return length;
}
