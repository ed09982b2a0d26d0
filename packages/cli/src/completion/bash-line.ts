/** A command line up to the cursor, split as bash splits it. */
export interface BashLine {
  /** The words without quotes. The last one is incomplete. */
  readonly words: readonly string[];
  /** The last word as typed, with its quotes. */
  readonly rawWord: string;
  /** The quote that is still open in the last word. */
  readonly openQuote: "'" | '"' | "";
}

/**
 * Splits a line as bash does, at blanks, with both kinds of quotes and backslashes. It expands and runs nothing. An
 * `eval` in the completion script would run what the user is typing when they press TAB.
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
 * Quotes `value` so that bash can insert it in place of `replaced`. This is the end of the raw word, because readline
 * also splits words at `=` and `:`. Returns null if that is impossible: a `'` inside open single quotes, or a `!`
 * inside open double quotes.
 */
export function quoteForBash(value: string, line: BashLine, replaced: string): string | null {
  if (line.openQuote === "'") return value.includes("'") ? null : value;
  // Inside double quotes, bash expands `!` from its history and keeps a backslash before it.
  if (line.openQuote === '"') return value.includes("!") ? null : value.replace(/["\\$`]/g, "\\$&");
  const quoted = value.replace(/[^A-Za-z0-9_./:=@%+,\u0080-\u{10ffff}-]/gu, "\\$&");
  const kept = line.rawWord.slice(0, line.rawWord.length - replaced.length);
  return quoted.startsWith(kept) ? quoted.slice(kept.length) : quoted;
}
