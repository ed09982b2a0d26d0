/** The argument that names one key, with its help text. */
export const keyArgument = [
  "[key]",
  "ID, client ID or unique name of the key. At a terminal, you can choose one",
] as const satisfies [string, string];
