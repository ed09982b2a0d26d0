import { sanitizeText } from "../text/sanitize.ts";
import type { Colors } from "./colors.ts";

/** One line in the frame: a label and a value to copy. */
export interface SecretLine {
  readonly label: string;
  readonly value: string;
}

/**
 * Returns a secret in a frame for a terminal. Each value is alone on its line, so that a double click selects all of
 * it. The frame has no side borders, because they would be copied too. `note` says that the secret is shown only once.
 */
export function formatSecretFrame(lines: readonly SecretLine[], note: string, colors: Colors, width: number): string {
  const labelWidth = Math.max(0, ...lines.map((line) => line.label.length)) + 2;
  const body = lines.map((line) => `  ${line.label.padEnd(labelWidth)}${colors.bold(sanitizeText(line.value))}`);
  const natural = Math.max(note.length + 2, ...lines.map((line) => 2 + labelWidth + line.value.length));
  const rule = colors.yellow("─".repeat(Math.max(1, Math.min(natural, width))));
  return `${[rule, ...body, "", `  ${colors.yellow(note)}`, rule].join("\n")}\n`;
}
