const endMark = "\n-- that is all --";

/** An input as `wholeInputScript` has to get it. */
export function markEnd(input: string): string {
  return `${input}${endMark}`;
}

/**
 * A script of the POSIX shell that runs the program of its arguments with what comes on standard input up to the end mark. Without the
 * mark it runs nothing: when this process is killed before it has written everything, the program would take the beginning, or nothing,
 * for the secret, and deliver that.
 *
 * The program reads from a pipe; the input of a child of Node is a socket, which cannot be opened as /dev/stdin, and many programs take no
 * other way. What is left in that pipe when the program has ended well was not read by it, which is told over descriptor 3.
 */
export const wholeInputScript = [
  // Unset first, since a variable that came with the environment would go on to the program.
  "unset briksync_input",
  "briksync_input=$(cat)",
  `case $briksync_input in *'${endMark}') ;; *) exit 1 ;; esac`,
  // printf is the shell's own, so no process has the input among its arguments.
  `printf %s "\${briksync_input%'${endMark}'}" | {`,
  '"$@" 3>&-; status=$?',
  '[ "$status" -eq 0 ] && [ "$(wc -c)" -gt 0 ] && echo unread >&3',
  'exit "$status"; }',
].join("\n");
