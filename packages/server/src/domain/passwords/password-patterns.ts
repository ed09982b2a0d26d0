/** Rows and columns of keyboards, in the order fingers walk them. */
const KEY_WALKS = [
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

const RUN_CHARACTERS_MIN = 3;

/**
 * How many independent pieces a text in lower case is made of. A run (`aaaa`, `2345`, `zyx`), a walk over the keyboard
 * (`qwerty`) and a repetition of anything before it are one piece each; every other character is one. Counting stops at
 * `enough`, so the cost is bounded by `enough` times the square of the length.
 */
export function countPieces(text: string, enough: number): number {
  let pieces = 0;
  for (let index = 0; index < text.length && pieces < enough; pieces += 1) {
    const length = Math.max(measureRun(text, index), measureWalk(text, index), measureRepetition(text, index));
    index += length >= RUN_CHARACTERS_MIN ? length : 1;
  }
  return pieces;
}

/** The shortest part of which the text is a whole number of copies; the text itself if there is none. */
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
  for (const walk of KEY_WALKS) {
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
