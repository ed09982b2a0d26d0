/** A program's name as a sentence may begin with it: `The command cat …`, but `gh`, which is written so everywhere. */
export function beginSentence(name: string): string {
  return name.replace(/^the /, "The ");
}
