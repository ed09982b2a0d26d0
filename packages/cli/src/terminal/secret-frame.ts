import { sanitizeText } from "../text/sanitize.ts";
import type { Colors } from "./colors.ts";

/** One line inside the frame: a label and the value to copy. */
export interface SecretLine {
  readonly label: string;
  readonly value: string;
}

/**
 * A one-time secret for a person at a terminal: the values stand alone on their lines, so that a double click copies one whole,
 * between two rules; no side borders, which would be copied along. `note` says that it is shown only once.
 */
export function formatSecretFrame(lines: readonly SecretLine[], note: string, colors: Colors, width: number): string {
  const labelWidth = Math.max(0, ...lines.map((line) => line.label.length)) + 2;
  const body = lines.map((line) => `  ${line.label.padEnd(labelWidth)}${colors.bold(sanitizeText(line.value))}`);
  const natural = Math.max(note.length + 2, ...lines.map((line) => 2 + labelWidth + line.value.length));
  const rule = colors.yellow("─".repeat(Math.max(1, Math.min(natural, width))));
  return `${[rule, ...body, "", `  ${colors.yellow(note)}`, rule].join("\n")}\n`;
}
