import type { Command } from "commander";

/** What every terminal has; examples are not wrapped, since a wrapped command line cannot be read. */
const narrowTerminal = 80;

/** Adds an `Examples:` section to a command's help: command lines, each with what it is for. */
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
