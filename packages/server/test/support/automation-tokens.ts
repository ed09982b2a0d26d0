/** Returns a request of createToken for these keys. */
export function createTokenInput(
  keyIds: readonly string[],
  input: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const expiresAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
  return { name: "Rotate", may: ["rotate"], keyIds, expiresAt, ...input };
}
