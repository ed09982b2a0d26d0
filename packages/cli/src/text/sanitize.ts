// Characters that can control a terminal or reorder text: C0 and C1 controls, bidi marks, embeddings and isolates, line
// and paragraph separators, invisible joiners, the tag block, and lone surrogates. ZWJ and ZWNJ are allowed, because
// emoji and Persian need them.
const dangerous =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must find control characters
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the CLI's own colors are control sequences
const colorSequence = /(\u001b\[[0-9;]*m)/u;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the CLI's own links are control sequences
const colorOrLinkSequence = /(\u001b\[[0-9;]*m|\u001b\]8;;[^\u0000-\u001f\u007f]*\u001b\\)/u;

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return `\\u{${code.toString(16)}}`;
}

/**
 * Makes text from a server, file or environment safe to print on one line. Characters that could control the terminal,
 * end the line or reverse the reading direction become visible escapes such as `\x1b`. Other text is unchanged.
 */
export function sanitizeText(text: string): string {
  return text.replace(dangerous, escapeCharacter);
}

/** Returns whether {@link sanitizeText} keeps the text unchanged, so that a user can read and type it. */
export function isShowable(text: string): boolean {
  return sanitizeText(text) === text;
}

/**
 * Escapes control characters except newlines, tabs and the CLI's own color sequences. It runs on all terminal output,
 * so that a missing {@link sanitizeText} cannot be exploited. Of link sequences, it keeps only those in `ownLinks`.
 */
export function sanitizeScreen(text: string, ownLinks: ReadonlySet<string> = noLinks): string {
  return text
    .split(ownLinks.size === 0 ? colorSequence : colorOrLinkSequence)
    .map((part, index) => {
      const isOwn = index % 2 === 1 && (!part.startsWith("\u001b]") || ownLinks.has(part));
      return isOwn ? part : part.replace(dangerous, (found) => (/[\n\t]/.test(found) ? found : escapeCharacter(found)));
    })
    .join("");
}

const noLinks: ReadonlySet<string> = new Set();

/**
 * Prevents CI runners from reading commands in printed text: `::stop-commands::…`, also after blanks, and `##[…` and
 * `##vso[…` anywhere. Inserts a blank into them. (docs.github.com, "Workflow commands for GitHub Actions";
 * learn.microsoft.com, "Logging commands".)
 */
export function breakRunnerCommands(text: string): string {
  return text.replace(/^([^\S\r\n]*)::/gm, "$1: :").replace(/##(?=(?:vso)?\[)/gi, "# #");
}

/**
 * Returns whether a text is one word of visible ASCII characters, so that a header, a line or a variable can hold it.
 */
export function isVisibleWord(text: string, lengthMax = Number.POSITIVE_INFINITY): boolean {
  return text.length <= lengthMax && /^[\x21-\x7e]+$/.test(text);
}

/**
 * Replaces everything that looks like a client secret or a token of the server. Users sometimes type secrets in the
 * wrong place, and messages repeat what was typed.
 */
export function hideSecrets(text: string): string {
  return text.replace(/sec_[0-9a-z]{8,}/gi, "sec_…").replace(/(run|aut)_[0-9a-f]{16,}/gi, "$1_…");
}

/** Capitalizes a name at the start of a sentence: `The command cat …`. Names such as `gh` stay unchanged. */
export function beginSentence(name: string): string {
  return name.replace(/^the /, "The ");
}
