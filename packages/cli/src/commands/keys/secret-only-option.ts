/** The one way to get nothing but the secret, the same wherever a secret is made: flag and help text. */
export const secretOnlyOption = [
  "--secret-only",
  "print nothing but the secret on stdout, for $(…) and pipes",
] as const satisfies [string, string];
