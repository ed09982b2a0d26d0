const endMark = "\n-- that is all --";

/** Appends the end mark to an input for `wholeInputScript`. */
export function markEnd(input: string): string {
  return `${input}${endMark}`;
}

/**
 * A POSIX shell script that runs the program in its arguments with the input up to the end mark. Without the mark, it
 * runs nothing. If this process is killed before it has written everything, the program would otherwise deliver a part
 * of the secret or nothing.
 *
 * The program reads from a pipe. Node gives a child a socket as input, which cannot be opened as /dev/stdin, and many
 * programs read only from there. If the program exits with 0 and leaves input in the pipe, the script reports that on
 * descriptor 3.
 */
export const wholeInputScript = [
  // Unset first, because a variable from the environment would be passed on to the program.
  "unset briksync_input",
  "briksync_input=$(cat)",
  `case $briksync_input in *'${endMark}') ;; *) exit 1 ;; esac`,
  // printf is built into the shell, so no process has the input among its arguments.
  `printf %s "\${briksync_input%'${endMark}'}" | {`,
  '"$@" 3>&-; status=$?',
  '[ "$status" -eq 0 ] && [ "$(wc -c)" -gt 0 ] && echo unread >&3',
  'exit "$status"; }',
].join("\n");
