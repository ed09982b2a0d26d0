/** A command line as bash would split it, up to the cursor. */
export interface BashLine {
  /** The words without quotes; the last one is being typed. */
  readonly words: readonly string[];
  /** The last word as it was typed, quotes and all. */
  readonly rawWord: string;
  /** The quote that is still open in the last word. */
  readonly openQuote: "'" | '"' | "";
}

/**
 * Splits a line the way bash does: blanks, both quotes, backslashes. Expands nothing and runs nothing, which an `eval` in the
 * completion script would: pressing TAB must not execute what is being typed.
 */
export function splitBashLine(line: string): BashLine {
  const words: string[] = [];
  let word = "";
  let rawWord = "";
  let openQuote: BashLine["openQuote"] = "";
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    const next = line.charAt(index + 1);
    if (openQuote === "" && /\s/.test(character)) {
      if (rawWord !== "") words.push(word);
      word = "";
      rawWord = "";
      continue;
    }
    rawWord += character;
    if (character === "\\" && openQuote !== "'" && next !== "" && (openQuote === "" || /["\\$`]/.test(next))) {
      word += next;
      rawWord += next;
      index += 1;
    } else if (openQuote === "" && (character === "'" || character === '"')) {
      openQuote = character;
    } else if (character === openQuote) {
      openQuote = "";
    } else {
      word += character;
    }
  }
  return { words: [...words, word], rawWord, openQuote };
}

/**
 * Writes `value` so that bash may put it in place of `replaced`, the end of the raw word that readline is about to replace
 * (readline also breaks words at `=` and `:`). Returns null where that cannot be done: a `'` inside open single quotes, a `!` inside open double ones.
 */
export function quoteForBash(value: string, line: BashLine, replaced: string): string | null {
  if (line.openQuote === "'") return value.includes("'") ? null : value;
  // Inside double quotes bash expands `!` from its history, and leaves a backslash before it standing.
  if (line.openQuote === '"') return value.includes("!") ? null : value.replace(/["\\$`]/g, "\\$&");
  const quoted = value.replace(/[^A-Za-z0-9_./:=@%+,\u0080-\u{10ffff}-]/gu, "\\$&");
  const kept = line.rawWord.slice(0, line.rawWord.length - replaced.length);
  return quoted.startsWith(kept) ? quoted.slice(kept.length) : quoted;
}
