import type { Command } from "commander";

/** Adds an `Examples:` section to a command's help: command lines, each with what it is for. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [line: string, purpose: string])[],
): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, purpose]) =>
    width > 60 ? `  # ${purpose}\n  ${line}` : `  ${line.padEnd(width)}  # ${purpose}`,
  );
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
