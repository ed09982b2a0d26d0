import { CliError } from "../errors/cli-error.ts";
import { findNearestNames } from "../text/nearest-names.ts";
import type { SinkKey } from "./sink.ts";

const names = ["name", "id", "clientId"] as const;

/** What may stand in braces in a sink's argument. */
export type Placeholder = (typeof names)[number];

/** Why a value must not go where its placeholder stands; null where it may. */
export type PlaceholderRule = (value: string) => string | null;

// The doubled form comes first, so that it is not taken for a single one in braces.
const pattern = /\{\{(name|id|clientId)\}\}|\{(name|id|clientId)\}/g;

/** Whether a text holds a placeholder whose value is not known yet. */
export function isUnknown(text: string, key: SinkKey): boolean {
  return [...text.matchAll(pattern)].some(
    ([, , placeholder]) => placeholder && key[placeholder as Placeholder] === undefined,
  );
}

/**
 * Puts the key's own values in place of `{name}`, `{id}` and `{clientId}`, and `{name}` in place of `{{name}}`. They come from people and
 * servers, so `rule` decides what may go in. Null where a value is not known yet. Throws USAGE with the rule's reason.
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
      {
        hint: placeholder === "name" ? "Use {clientId} or {id} instead." : undefined,
      },
    );
  });
}

/** Throws USAGE for braces that look like a placeholder and are none, which would otherwise become part of a file's name. */
export function checkPlaceholders(text: string): void {
  for (const [braces, word = ""] of text.replaceAll(pattern, "").matchAll(/\{([A-Za-z_-]+)\}/g)) {
    const [nearest] = findNearestNames(word, names, 1);
    throw new CliError("USAGE", `${braces} in ${JSON.stringify(text)} is not a placeholder.`, {
      hint: nearest === undefined ? "Use {name}, {id} or {clientId}." : `Did you mean {${nearest}}?`,
    });
  }
}

/** Fills a path, whose placeholders may make up a part of it but never lead out of the directory they stand in. */
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

/** For what becomes a part of a path: no separator, so that a name cannot lead elsewhere, and nothing invisible. */
export function rulePathPart(value: string): string | null {
  if (/[/\\]/.test(value)) return "it has a slash, which leads to another directory";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get into a file name
  return /[\u0000-\u001f\u007f:*?"<>|]/.test(value) ? "it has characters that are not safe in a file name" : null;
}

/** For what goes into a command line: only what no shell acts on, whatever quotes the placeholder stands in. */
export function ruleShellWord(value: string): string | null {
  return /^[A-Za-z0-9_][A-Za-z0-9_.,:@%+=-]*$/.test(value) ? null : "it has characters that a shell could interpret";
}
