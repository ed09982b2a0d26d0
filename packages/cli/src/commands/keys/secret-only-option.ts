/** The option that prints only the secret, with its help text. All commands that create a secret use it. */
export const secretOnlyOption = ["--secret-only", "Print only the secret to stdout"] as const satisfies [
  string,
  string,
];
