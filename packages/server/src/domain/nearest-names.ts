/** Returns the most likely intended names for a mistyped name, nearest first, at most `countMax`. */
export function findNearestNames(typed: string, names: readonly string[], countMax = 3): string[] {
  const wanted = fold(typed);
  const scored: { readonly name: string; readonly mistakes: number }[] = [];
  for (const name of new Set(names)) {
    const candidate = fold(name);
    const mistakes = countMistakes(wanted, candidate);
    const isPart = wanted.length >= 3 && candidate.includes(wanted);
    if (mistakes <= allowedMistakes(wanted, candidate) || isPart) scored.push({ name, mistakes });
  }
  scored.sort((a, b) => a.mistakes - b.mistakes || (a.name < b.name ? -1 : 1));
  return scored.slice(0, countMax).map(({ name }) => name);
}

/**
 * Returns the names of which `typed` is probably a misspelling, nearest first. Numbers are never misspelled: "Acme 1"
 * and "Acme 2" are different names. Short names with different first letters, such as "Beta" and "Zeta", are different
 * names too.
 */
export function findMisspelledNames(typed: string, names: readonly string[]): string[] {
  const wanted = fold(typed);
  const isLikely = (name: string): boolean => {
    const candidate = fold(name);
    const mistakes = countMistakes(wanted, candidate);
    if (mistakes > allowedMistakes(wanted, candidate)) return false;
    if (listNumbers(wanted) !== listNumbers(candidate)) return false;
    return wanted[0] === candidate[0] || (mistakes <= 1 && Math.max(wanted.length, candidate.length) >= 9);
  };
  return findNearestNames(typed, names.filter(isLikely), names.length);
}

/** Returns the allowed number of typing mistakes: one per four characters, and at least one. */
function allowedMistakes(a: string, b: string): number {
  return Math.max(1, Math.floor(Math.max(a.length, b.length) / 4));
}

/** Returns the form for similarity checks. It does not identify names. */
function fold(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase().slice(0, 100);
}

function listNumbers(text: string): string {
  return (text.match(/\d+/g) ?? []).join(" ");
}

/**
 * Returns the number of edits (insert, delete, replace, swap of neighbors) between two texts: optimal string alignment.
 */
function countMistakes(from: string, to: string): number {
  const a = [...from];
  const b = [...to];
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + cost);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
