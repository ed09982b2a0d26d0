/** How one key is named on the command line, and what the help says about it. */
export const keyArgument = [
  "<key>",
  "its id, its client id, or a name that only one active key bears",
] as const satisfies [string, string];
