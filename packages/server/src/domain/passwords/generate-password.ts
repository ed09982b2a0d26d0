/** Returns a password of 25 characters (about 124 bits) without lookalike characters. */
export function generatePassword(randomBytes: (size: number) => Buffer): string {
  const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  const characters = [...randomBytes(25)].map((byte) => alphabet[byte % alphabet.length]);
  return characters.join("").replace(/(.{5})(?=.)/g, "$1-");
}
