import { isCommonPassword } from "./common-passwords.ts";
import { countPieces, findRepeatedPart } from "./password-patterns.ts";

/** What a new password is held against: the operator's minimum, and what anybody knows about its owner. */
export interface PasswordContext {
  /** In code points. */
  readonly minLength: number;
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly companyNames: readonly string[];
}

const PASSWORD_BYTES_MAX = 1024;
/** What a password needs besides a common or well-known part: as much as eight unrelated characters. */
const PIECES_MIN = 8;
const WORD_CHARACTERS_MIN = 3;
const LEET: Readonly<Record<string, string>> = { "@": "a", "4": "a", "3": "e", "1": "i", "0": "o", "5": "s", $: "s" };

/** The form in which passwords are judged, hashed and compared: Unicode NFKC. Nothing is cut off or trimmed. */
export function normalizePassword(password: string): string {
  return password.normalize("NFKC");
}

/** Whether the password, as typed or normalized, is longer than the 1024 bytes anybody is made to hash. */
export function isPasswordTooLong(password: string): boolean {
  // The typed form first: a code point grows up to eighteen-fold, so a huge text is not even normalized.
  return (
    Buffer.byteLength(password) > PASSWORD_BYTES_MAX ||
    Buffer.byteLength(normalizePassword(password)) > PASSWORD_BYTES_MAX
  );
}

/**
 * The reasons against a new password, each a sentence without its full stop; none means it is good. Length counts, kinds
 * of characters do not (NIST SP 800-63B, section 3.1.1.2). Refused besides: common passwords, runs and repetitions,
 * and what consists of little more than the owner's e-mail address, name or company. Takes about a millisecond.
 */
export function checkNewPassword(password: string, context: PasswordContext): string[] {
  if (isPasswordTooLong(password)) return [`The password is longer than ${PASSWORD_BYTES_MAX} bytes`];
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

/** What the password gives away of its owner, if too little is left without it. */
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
    .filter(({ word }) => word.length >= WORD_CHARACTERS_MIN)
    .sort((a, b) => b.word.length - a.word.length);
  const found = new Set<string>();
  let rest = folded;
  for (const { label, word } of words) {
    if (!rest.includes(word)) continue;
    found.add(label);
    // The blank keeps what stood on either side from becoming a word that nobody wrote.
    rest = rest.replaceAll(word, " ");
  }
  const left = fold(rest);
  return countPieces(left, PIECES_MIN) < PIECES_MIN || isMostlyCommon(left) ? [...found] : [];
}

/** Whether it is a common password, perhaps repeated, disguised or with a few things around it. */
function isMostlyCommon(lower: string): boolean {
  const letters = lower.replace(/\P{Letter}/gu, "");
  const others = lower.replace(/\p{Letter}/gu, "");
  const plain = lower.replace(/[@43105$]/g, (character) => LEET[character] ?? character);
  const forms = [lower, fold(lower), plain, fold(plain)];
  if (countPieces(others, PIECES_MIN) < PIECES_MIN) forms.push(letters);
  return forms.some((form) => isCommonPassword(form) || isCommonPassword(findRepeatedPart(form)));
}

/** Whether runs and repetitions leave it with fewer pieces than eight, or than half its characters if it is shorter. */
function isTrivial(lower: string): boolean {
  const collapsed = lower.replace(/(.)\1+/gsu, "$1");
  const enough = Math.min(PIECES_MIN, Math.ceil(lower.length / 2));
  return Math.min(countPieces(lower, enough), countPieces(collapsed, enough)) < enough;
}

function splitWords(text: string): string[] {
  return text.split(/[^\p{Letter}\p{Number}]+/u).filter((word) => word !== "");
}

/** Letters and digits only. */
function fold(text: string): string {
  return text.replace(/[^\p{Letter}\p{Number}]/gu, "");
}
