import type { Terminal } from "./terminal.ts";

/** Prints a table with headings. Each column is as wide as its widest cell. */
export function printTable(
  terminal: Terminal,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const lines = [headings, ...rows];
  const widths = headings.map((_, index) => Math.max(...lines.map((line) => [...(line[index] ?? "")].length)));
  for (const line of lines) {
    const cells = line.map((cell, index) => cell + " ".repeat((widths[index] ?? 0) - [...cell].length));
    terminal.print(cells.join("  ").trimEnd());
  }
}

/** Prints names and values, one pair per line. */
export function printFields(terminal: Terminal, fields: Readonly<Record<string, string>>): void {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  for (const [name, value] of Object.entries(fields)) terminal.print(`${name.padEnd(width)}  ${value}`);
}
