import type { Command } from "commander";

/** Columns of a narrow terminal. Examples are not wrapped, because a wrapped command line is hard to read. */
const narrowTerminal = 80;

/** Adds an `Examples:` section to the help of a command. `purpose` says what the command line does. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [line: string, purpose: string])[],
): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const purposeWidth = Math.max(...examples.map(([, purpose]) => purpose.length));
  const isSideBySide = `  ${" ".repeat(width)}  # `.length + purposeWidth <= narrowTerminal;
  const lines = examples.map(([line, purpose]) =>
    isSideBySide ? `  ${line.padEnd(width)}  # ${purpose}` : `  # ${purpose}\n  ${line}`,
  );
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
