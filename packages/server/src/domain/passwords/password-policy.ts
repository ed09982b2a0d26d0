import { dictionary } from "@zxcvbn-ts/language-common";
import { countPieces, findRepeatedPart } from "./password-patterns.ts";

/** The 50,000 most common leaked passwords, in lower case. */
const commonPasswords: ReadonlySet<string> = new Set(
  dictionary["passwords-common"].map((password) => String(password).toLowerCase()),
);

/** Input of the password policy: the minimum length, and public information about the user. */
export interface PasswordContext {
  /** Minimum length in code points. */
  readonly minLength: number;
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly companyNames: readonly string[];
}

const passwordBytesMax = 1024;
/** Required pieces besides a common or known part, equal to eight unrelated characters. */
const piecesMin = 8;
const wordCharactersMin = 3;
const leet: Readonly<Record<string, string>> = { "@": "a", "4": "a", "3": "e", "1": "i", "0": "o", "5": "s", $: "s" };

/** Returns the form in which passwords are checked, hashed and compared: Unicode NFKC, without trimming. */
export function normalizePassword(password: string): string {
  return password.normalize("NFKC");
}

/** Returns whether a password, as typed or normalized, exceeds 1024 bytes, the limit for hashing. */
export function isPasswordTooLong(password: string): boolean {
  // Check the typed form first. A code point can grow 18 times, so a huge text is not normalized.
  return (
    Buffer.byteLength(password) > passwordBytesMax || Buffer.byteLength(normalizePassword(password)) > passwordBytesMax
  );
}

/**
 * Returns the reasons against a new password, each without a final full stop. An empty list means that it is valid.
 * Length matters, character classes do not (NIST SP 800-63B, section 3.1.1.2). Also refuses common passwords, runs,
 * repetitions, and passwords that are mostly the user's email address, name or company. Takes about a millisecond.
 */
export function checkNewPassword(password: string, context: PasswordContext): string[] {
  if (isPasswordTooLong(password)) return [`The password is longer than ${passwordBytesMax} bytes`];
  const normalized = normalizePassword(password);
  const reasons: string[] = [];
  if (/\p{Surrogate}/u.test(normalized)) reasons.push("The password contains half a character (an unpaired surrogate)");
  const length = [...normalized].length;
  if (length < context.minLength) {
    reasons.push(
      `The password has ${length} ${length === 1 ? "character" : "characters"}. At least ${context.minLength} are required`,
    );
  }
  const lower = normalized.toLowerCase();
  const revealing = findRevealingParts(fold(lower), context);
  if (revealing.length > 0) reasons.push(`The password is mostly ${revealing.join(" and ")}, which is easy to guess`);
  else if (isMostlyCommon(lower)) reasons.push("This password is too common. Choose a longer or less predictable one");
  else if (isTrivial(lower)) reasons.push("The password is mostly a repetition or a sequence such as 12345 or qwerty");
  return reasons;
}

/** Returns the known parts of a password if too little remains without them. */
function findRevealingParts(folded: string, context: PasswordContext): string[] {
  const [localPart = "", domain = ""] = context.email.split("@");
  const sources: [string, readonly string[]][] = [
    ["your email address", [context.email, localPart, ...splitWords(localPart), ...splitWords(domain).slice(0, -1)]],
    ["your name", [context.firstName ?? "", context.lastName ?? ""]],
    ["your company's name", context.companyNames.flatMap((name) => [name, ...splitWords(name)])],
    ["the name of this product", ["briksync"]],
  ];
  const words = sources
    .flatMap(([label, texts]) => texts.map((text) => ({ label, word: fold(text.normalize("NFKC").toLowerCase()) })))
    .filter(({ word }) => word.length >= wordCharactersMin)
    .sort((a, b) => b.word.length - a.word.length);
  const found = new Set<string>();
  let rest = folded;
  for (const { label, word } of words) {
    if (!rest.includes(word)) continue;
    found.add(label);
    // Insert a space, so that the text on both sides does not form a new word.
    rest = rest.replaceAll(word, " ");
  }
  const left = fold(rest);
  return countPieces(left, piecesMin) < piecesMin || isMostlyCommon(left) ? [...found] : [];
}

/** Returns whether a password is a common one, also repeated, disguised or with a few extra characters. */
function isMostlyCommon(lower: string): boolean {
  const letters = lower.replace(/\P{Letter}/gu, "");
  const others = lower.replace(/\p{Letter}/gu, "");
  const plain = lower.replace(/[@43105$]/g, (character) => leet[character] ?? character);
  const forms = [lower, fold(lower), plain, fold(plain)];
  if (countPieces(others, piecesMin) < piecesMin) forms.push(letters);
  return forms.some((form) => commonPasswords.has(form) || commonPasswords.has(findRepeatedPart(form)));
}

/**
 * Returns whether runs and repetitions leave fewer than eight pieces, or less than half the characters of a short
 * password.
 */
function isTrivial(lower: string): boolean {
  const collapsed = lower.replace(/(.)\1+/gsu, "$1");
  const enough = Math.min(piecesMin, Math.ceil(lower.length / 2));
  return Math.min(countPieces(lower, enough), countPieces(collapsed, enough)) < enough;
}

function splitWords(text: string): string[] {
  return text.split(/[^\p{Letter}\p{Number}]+/u).filter((word) => word !== "");
}

/** Returns only the letters and digits of a text. */
function fold(text: string): string {
  return text.replace(/[^\p{Letter}\p{Number}]/gu, "");
}

/** Returns a password of 25 characters (about 124 bits) without lookalike characters. */
export function generatePassword(randomBytes: (size: number) => Buffer): string {
  const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  const characters = [...randomBytes(25)].map((byte) => alphabet[byte % alphabet.length]);
  return characters.join("").replace(/(.{5})(?=.)/g, "$1-");
}
