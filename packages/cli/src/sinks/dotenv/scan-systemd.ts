/** One assignment as systemd sees it in an EnvironmentFile. `start` and `end` include the quotes of the value. */
export interface SystemdAssignment {
  /** The text before the sign. systemd ignores names with `export` or other words. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

type State = "before-key" | "comment" | "key" | "before-value" | "value" | "single-quotes" | "double-quotes";

const blanks = " \t\n\r";

/**
 * Returns all assignments that systemd finds in an EnvironmentFile (systemd.exec(5), and `parse_env_file_internal` in
 * its source). systemd reads `#` as a comment only at the start of a line, and joins lines at a backslash. Before
 * version 254, it also joined comment lines (`doCommentsContinue`).
 */
export function scanSystemd(text: string, doCommentsContinue: boolean): SystemdAssignment[] {
  const assignments: SystemdAssignment[] = [];
  let state: State = "before-key";
  let keyStart = 0;
  let sign = 0;
  let start = 0;
  let end = 0;
  const finish = (): void => {
    assignments.push({ name: text.slice(keyStart, sign).trimEnd(), start, end });
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const isLineEnd = character === "\n" || character === "\r";
    if (state === "before-key") {
      if (character === "#" || character === ";") state = "comment";
      else if (!blanks.includes(character)) {
        state = "key";
        keyStart = at;
        // A key may be empty. Then its sign comes first.
        at -= 1;
      }
    } else if (state === "comment") {
      if (character === "\\" && (doCommentsContinue || !"\n\r".includes(text.charAt(at + 1)))) at += 1;
      else if (isLineEnd) state = "before-key";
    } else if (state === "key") {
      if (isLineEnd) state = "before-key";
      else if (character === "=") {
        state = "before-value";
        sign = at;
        start = at + 1;
        end = at + 1;
      }
    } else if (state === "single-quotes" || state === "double-quotes") {
      end = at + 1;
      if (character === "\\" && state === "double-quotes") at += 1;
      else if (character === (state === "single-quotes" ? "'" : '"')) state = "before-value";
    } else if (isLineEnd) {
      finish();
      state = "before-key";
    } else if (!blanks.includes(character)) {
      if (start === end) start = at;
      if (character === "'" && state === "before-value") state = "single-quotes";
      else if (character === '"' && state === "before-value") state = "double-quotes";
      else state = "value";
      if (character === "\\") at += 1;
      end = Math.min(at + 1, text.length);
    }
  }
  if (state !== "before-key" && state !== "comment" && state !== "key") finish();
  return assignments;
}
