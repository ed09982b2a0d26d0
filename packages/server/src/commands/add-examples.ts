import type { Command } from "commander";

/** Columns of a narrow terminal. Examples are not wrapped, because a wrapped command line is hard to read. */
const narrowTerminal = 80;

/**
 * Adds an `Examples:` section to the help of a command, in the same format as the CLI. `line` is the text after the
 * name of the program, and `purpose` says what the command does.
 */
export function addExamples(
  command: Command,
  examples: readonly (readonly [line: string, purpose: string])[],
): Command {
  const lines = examples.map(([line, purpose]) => [`briksync-server ${line}`.trimEnd(), purpose] as const);
  const width = Math.max(...lines.map(([line]) => line.length));
  const purposeWidth = Math.max(...lines.map(([, purpose]) => purpose.length));
  const isSideBySide = `  ${" ".repeat(width)}  # `.length + purposeWidth <= narrowTerminal;
  const texts = lines.map(([line, purpose]) =>
    isSideBySide ? `  ${line.padEnd(width)}  # ${purpose}` : `  # ${purpose}\n  ${line}`,
  );
  return command.addHelpText("after", `\nExamples:\n${texts.join("\n")}`);
}
