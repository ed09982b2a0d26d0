/** Returns the names that the user most likely meant, nearest first, at most `countMax`. */
export function findNearestNames(typed: string, names: readonly string[], countMax = 3): string[] {
  const wanted = fold(typed);
  const scored: { name: string; score: number }[] = [];
  for (const name of new Set(names)) {
    const score = rate(wanted, fold(name));
    if (score !== null) scored.push({ name, score });
  }
  scored.sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1));
  return scored.slice(0, countMax).map((entry) => entry.name);
}

// A correct part of a name counts about as much as one typing mistake in four characters. The same first word counts
// slightly less, because keys are often renamed after the first word.
function rate(wanted: string, name: string): number | null {
  if (wanted === "" || name === "") return null;
  const mistakes = countMistakes(wanted, name);
  const mistakesMax = Math.max(1, Math.floor(Math.max(wanted.length, name.length) / 4));
  if (mistakes <= mistakesMax) return mistakes;
  const isPart = name.includes(wanted) || wanted.includes(name);
  if (isPart && Math.min(wanted.length, name.length) >= 3) return mistakesMax + 1;
  const [wantedWord = "", nameWord] = [wanted, name].map((text) => text.split(/[^\p{Letter}\p{Number}]/u)[0]);
  return wantedWord.length >= 3 && wantedWord === nameWord ? mistakesMax + 2 : null;
}

function fold(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase().slice(0, 100);
}

/**
 * Returns the number of edits (insert, delete, replace, swap of neighbors) between two texts: optimal string alignment.
 */
export function countMistakes(from: string, to: string): number {
  const a = [...from];
  const b = [...to];
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

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
