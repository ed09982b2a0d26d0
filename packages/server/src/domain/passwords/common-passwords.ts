import { dictionary } from "@zxcvbn-ts/language-common";

const commonPasswords: ReadonlySet<string> = new Set(
  dictionary["passwords-common"].map((password) => String(password).toLowerCase()),
);

/** Whether the text, in lower case, is among the fifty thousand passwords that leaked most often. */
export function isCommonPassword(text: string): boolean {
  return commonPasswords.has(text);
}
