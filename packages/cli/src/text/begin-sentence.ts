/** Capitalizes a name at the start of a sentence: `The command cat …`. Names such as `gh` stay unchanged. */
export function beginSentence(name: string): string {
  return name.replace(/^the /, "The ");
}
