/** One assignment as `sh` sees it when it runs the file. `start` and `end` include the quotes of the value. */
interface ShellAssignment {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** It is the only word on its line, except `export` and a comment. */
  readonly isAlone: boolean;
}

interface Word {
  readonly start: number;
  readonly end: number;
}

/** Dotenv files do not contain deeper substitutions. They would exhaust the stack. */
const depthMax = 32;

const wordEnds = " \t\n;&|()<>";
const assignmentStart = /([A-Za-z_][A-Za-z0-9_]*)=/y;

/**
 * Returns all assignments that a POSIX shell finds in a text (XCU 2.2 quoting, 2.3 token recognition). Supports quotes
 * and substitutions. Reports the first here-document or substitution over several lines as a problem. `isCrLf` means
 * that a CR before a line end is not part of a value.
 */
export function scanShell(text: string, isCrLf = false) {
  const scanner = new ShellScanner(text, isCrLf);
  try {
    scanner.run();
    return { assignments: scanner.assignments, problem: null };
  } catch (error) {
    if (!(error instanceof Unfollowed)) throw error;
    return { assignments: scanner.assignments, problem: { position: error.position, reason: error.message } };
  }
}

class Unfollowed extends Error {
  readonly position: number;

  constructor(position: number, reason: string) {
    super(reason);
    this.position = position;
  }
}

class ShellScanner {
  readonly assignments: ShellAssignment[] = [];
  readonly #text: string;
  readonly #isCrLf: boolean;
  #at = 0;
  #words: Word[] = [];
  #depth = 0;
  /** No other command comes before the current one on its line. */
  #isFirst = true;

  constructor(text: string, isCrLf: boolean) {
    this.#text = text;
    this.#isCrLf = isCrLf;
  }

  run(): void {
    while (this.#at < this.#text.length) this.#step();
    this.#endCommand(true);
  }

  #step(): void {
    const character = this.#text.charAt(this.#at);
    if (character === "\n") {
      this.#endCommand(true);
      this.#at += 1;
    } else if (" \t".includes(character) || this.#isIgnoredReturn(this.#at)) {
      this.#at += 1;
    } else if (this.#text.startsWith("\\\n", this.#at)) {
      this.#at += 2;
    } else if (character === "#") {
      this.#skipTo("\n");
    } else if (this.#text.startsWith("<<", this.#at)) {
      throw new Unfollowed(this.#at, "it starts a here-document");
    } else if (";&|()".includes(character)) {
      this.#endCommand(false);
      this.#at += 1;
    } else if ("<>".includes(character)) {
      this.#words.push({ start: this.#at, end: this.#at + 1 });
      this.#at += 1;
    } else {
      this.#readWord();
    }
  }

  #readWord(): void {
    const start = this.#at;
    while (this.#at < this.#text.length) {
      if (wordEnds.includes(this.#text.charAt(this.#at)) || this.#isIgnoredReturn(this.#at)) break;
      this.#readPart();
    }
    this.#words.push({ start, end: this.#at });
  }

  /** Reads one character of a word, or one quoted or substituted part. */
  #readPart(): void {
    const start = this.#at;
    const character = this.#text.charAt(start);
    this.#at += 1;
    if (character === "\\") this.#at += 1;
    else if (character === "'") this.#skipPast("'", start);
    else if (character === '"') this.#readDoubleQuotes(start);
    else if (character === "`") this.#readBackticks(start);
    else if (character === "$" && "({".includes(this.#text.charAt(this.#at) || " ")) this.#readSubstitution(start);
  }

  #readDoubleQuotes(start: number): void {
    while (this.#at < this.#text.length) {
      if (this.#text.charAt(this.#at) === '"') {
        this.#at += 1;
        return;
      }
      // An apostrophe has no special meaning inside double quotes.
      if (this.#text.charAt(this.#at) === "'") this.#at += 1;
      else this.#readPart();
    }
    throw new Unfollowed(start, "a double quote is not closed");
  }

  #readBackticks(start: number): void {
    while (this.#at < this.#text.length && !"`\n".includes(this.#text.charAt(this.#at))) {
      this.#at += this.#text.charAt(this.#at) === "\\" ? 2 : 1;
    }
    if (this.#text.charAt(this.#at) !== "`") throw new Unfollowed(start, "a backtick is not closed on its line");
    this.#at += 1;
  }

  #readSubstitution(start: number): void {
    const open = this.#text.charAt(this.#at);
    const close = open === "(" ? ")" : "}";
    this.#at += 1;
    this.#depth += 1;
    if (this.#depth > depthMax) throw new Unfollowed(start, "substitutions are nested too deeply");
    for (let depth = 1; depth > 0; ) {
      const character = this.#text.charAt(this.#at);
      if (character === "" || character === "\n") {
        throw new Unfollowed(start, `$${open} is not closed on its line`);
      }
      if (character === open) depth += 1;
      if (character === close) depth -= 1;
      if (character === open || character === close) this.#at += 1;
      else this.#readPart();
    }
    this.#depth -= 1;
  }

  #endCommand(isAtLineEnd: boolean): void {
    const words = this.#words;
    this.#words = [];
    const isFirst = this.#isFirst;
    this.#isFirst = isAtLineEnd;
    const [first] = words;
    if (first === undefined) return;
    const isExport = this.#text.slice(first.start, first.end) === "export";
    const isAlone = isAtLineEnd && isFirst && words.length === (isExport ? 2 : 1);
    for (const word of isExport ? words.slice(1) : words) {
      const assignment = this.#readAssignment(word, isAlone);
      // Words after the first word that is not an assignment are arguments of a command.
      if (assignment === null && !isExport) return;
      if (assignment !== null) this.assignments.push(assignment);
    }
  }

  #readAssignment({ start, end }: Word, isAlone: boolean): ShellAssignment | null {
    assignmentStart.lastIndex = start;
    const match = assignmentStart.exec(this.#text);
    if (match === null || assignmentStart.lastIndex > end) return null;
    return { name: match[1] ?? "", start: assignmentStart.lastIndex, end, isAlone };
  }

  #isIgnoredReturn(at: number): boolean {
    return this.#isCrLf && this.#text.startsWith("\r\n", at);
  }

  #skipTo(character: string): void {
    const found = this.#text.indexOf(character, this.#at);
    this.#at = found === -1 ? this.#text.length : found;
  }

  #skipPast(quote: string, start: number): void {
    const found = this.#text.indexOf(quote, this.#at);
    if (found === -1) throw new Unfollowed(start, "a single quote is not closed");
    this.#at = found + 1;
  }
}
