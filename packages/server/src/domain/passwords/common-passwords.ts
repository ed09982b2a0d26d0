import { dictionary } from "@zxcvbn-ts/language-common";

const commonPasswords: ReadonlySet<string> = new Set(
  dictionary["passwords-common"].map((password) => String(password).toLowerCase()),
);

/** Returns whether a lowercase text is one of the 50,000 most common leaked passwords. */
export function isCommonPassword(text: string): boolean {
  return commonPasswords.has(text);
}
