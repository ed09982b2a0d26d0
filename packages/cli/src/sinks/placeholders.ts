import { CliError } from "../errors/cli-error.ts";
import { findNearestNames } from "../text/names.ts";
import { sanitizeText } from "../text/sanitize.ts";
import type { SinkKey } from "./sink.ts";

const names = ["name", "id", "clientId"] as const;

/** The names of placeholders. */
type Placeholder = (typeof names)[number];

/** Returns why a value must not replace its placeholder, or null if it may. */
export type PlaceholderRule = (value: string) => string | null;

// The doubled form comes first, so that it is not matched as a placeholder in braces.
const pattern = /\{\{(name|id|clientId)\}\}|\{(name|id|clientId)\}/g;

/** Returns whether a text contains a placeholder whose value is not known yet. */
export function isUnknown(text: string, key: SinkKey): boolean {
  return [...text.matchAll(pattern)].some(
    ([, , placeholder]) => placeholder && key[placeholder as Placeholder] === undefined,
  );
}

/**
 * Replaces `{name}`, `{id}` and `{clientId}` with the values of the key, and `{{name}}` with `{name}`. The values come
 * from users and servers, so `rule` decides whether they are safe. Returns null if a value is not known yet. Throws
 * USAGE with the reason of the rule.
 */
export function fillPlaceholders(text: string, key: SinkKey, rule: PlaceholderRule): string | null {
  if (isUnknown(text, key)) return null;
  return text.replaceAll(pattern, (_, doubled: string | undefined, placeholder: Placeholder) => {
    if (doubled !== undefined) return `{${doubled}}`;
    const value = key[placeholder] ?? "";
    const reason = value === "" ? "it is empty" : rule(value);
    if (reason === null) return value;
    throw new CliError(
      "USAGE",
      `The ${placeholder} of the key, ${JSON.stringify(value)}, cannot be used in ${JSON.stringify(text)}: ${reason}.`,
      { hint: placeholder === "name" ? "Use {clientId} or {id} instead." : undefined },
    );
  });
}

/** Replaces the placeholders in a text for messages. Those whose value is not known yet remain. */
export function showFilled(text: string, key: SinkKey): string {
  const fill = (written: string, doubled: string | undefined, placeholder: Placeholder): string =>
    doubled === undefined ? (key[placeholder] ?? written) : `{${doubled}}`;
  return sanitizeText(text.replaceAll(pattern, fill));
}

/** Throws USAGE for braces that look like a placeholder, because they would otherwise become part of a file name. */
export function checkPlaceholders(text: string): void {
  for (const [braces, word = ""] of text.replaceAll(pattern, "").matchAll(/\{([A-Za-z_-]+)\}/g)) {
    const [nearest] = findNearestNames(word, names, 1);
    throw new CliError("USAGE", `${braces} in ${JSON.stringify(text)} is not a placeholder.`, {
      hint: nearest === undefined ? "Use {name}, {id} or {clientId}." : `Did you mean {${nearest}}?`,
    });
  }
}

/** Replaces the placeholders in a path. The values must not lead to another directory. */
export function fillPath(path: string, key: SinkKey): string | null {
  const filled = fillPlaceholders(path, key, rulePathPart);
  if (filled === null || filled === path) return filled;
  const parts = filled.split(/[/\\]/);
  const [wrong] = parts.filter((part, index) => /^\.{1,2}$/.test(part) && part !== path.split(/[/\\]/)[index]);
  if (wrong === undefined) return filled;
  throw new CliError(
    "USAGE",
    `With the values of the key, ${JSON.stringify(path)} contains ${JSON.stringify(wrong)}, which leads to another directory.`,
  );
}

/**
 * Rule for parts of a path: no separators, so that a name cannot lead to another directory, and no invisible
 * characters.
 */
export function rulePathPart(value: string): string | null {
  if (/[/\\]/.test(value)) return "it has a slash, which leads to another directory";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a file name must not contain control characters
  return /[\u0000-\u001f\u007f:*?"<>|]/.test(value) ? "it has characters that are not safe in a file name" : null;
}

/** Rule for command lines: only characters that no shell interprets, with any quotes around the placeholder. */
export function ruleShellWord(value: string): string | null {
  return /^[A-Za-z0-9_][A-Za-z0-9_.,:@%+=-]*$/.test(value) ? null : "it has characters that a shell could interpret";
}

/** Names with the values of a key. A name is null if it is not known yet, or not wanted. */
export interface FilledNames {
  readonly secret: string | null;
  readonly clientId: string | null;
}

/** Fills the placeholders in names. Throws the error that `explain` returns for a name that does not match the form. */
export function fillNames(
  { secret, clientId }: FilledNames,
  key: SinkKey,
  form: RegExp,
  explain: (name: string) => Error,
): FilledNames {
  const fill = (text: string | null): string | null => {
    const name = text === null ? null : fillPlaceholders(text, key, rulePathPart);
    if (name === null || form.test(name)) return name;
    throw explain(JSON.stringify(name));
  };
  return { secret: fill(secret), clientId: fill(clientId) };
}
