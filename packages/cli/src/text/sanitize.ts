// Everything that can drive a terminal or reorder what is read: C0 and C1 controls, bidi marks, embeddings and isolates,
// line and paragraph separators, invisible joiners that only serve to disguise, the tag block, and halves of surrogate pairs. ZWJ and ZWNJ stay: emoji and Persian need them.
const dangerous =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what has to be found
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

// biome-ignore lint/suspicious/noControlCharactersInRegex: our own colors are control sequences
const colorSequence = /(\u001b\[[0-9;]*m)/u;

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return `\\u{${code.toString(16)}}`;
}

/**
 * Makes text from outside (server, file, environment) safe to print on one line: whatever could steer the terminal,
 * end the line or reverse the reading direction becomes a visible escape such as `\x1b`. Ordinary text comes back unchanged.
 */
export function sanitizeText(text: string): string {
  return text.replace(dangerous, escapeCharacter);
}

/** Whether text comes out of {@link sanitizeText} as it is, so that a person may read it, type it and be offered it. */
export function isShowable(text: string): boolean {
  return sanitizeText(text) === text;
}

/**
 * The last gate before a terminal: lets line ends, tabs and our own color sequences through and escapes every other
 * control, so that a place that forgot {@link sanitizeText} can still not be used to drive the terminal.
 */
export function sanitizeScreen(text: string): string {
  return text
    .split(colorSequence)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(dangerous, keepLayout)))
    .join("");
}

function keepLayout(character: string): string {
  return character === "\n" || character === "\t" ? character : escapeCharacter(character);
}

/**
 * Keeps the runner of a pipeline from reading commands out of what is printed in its log: `::stop-commands::…`, also after blanks, and anywhere
 * `##[…` and `##vso[…`. They come out with a blank inside. (docs.github.com, "Workflow commands for GitHub Actions"; learn.microsoft.com,
 * "Logging commands".)
 */
export function breakRunnerCommands(text: string): string {
  return text.replace(/^([^\S\r\n]*)::/gm, "$1: :").replace(/##(?=(?:vso)?\[)/gi, "# #");
}
