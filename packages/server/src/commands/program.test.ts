import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

/** Creates the program without a real terminal. A help page that used the terminal would fail here. */
const program = createProgram({ version: "1.2.3" } as Terminal, () => {});

function listCommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(listCommands)];
}

function readHelp(command: Command): string {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (text) => void parts.push(text), getOutHelpWidth: () => 80 });
  command.outputHelp();
  return parts.join("");
}

describe("the help of briksync-server", () => {
  it.each(listCommands(program).map((command) => [nameCommand(command), command] as const))(
    "explains %s with examples, within 100 columns",
    (name, command) => {
      const page = readHelp(command);
      expect(page).toContain(`Usage: ${name}`);
      const examples = page.slice(page.indexOf("\nExamples:\n"));
      expect(examples).toContain("briksync-server");
      // A summary has no full stop, and a description consists of sentences.
      expect(command.summary()).not.toMatch(/\.$/);
      expect(command.description()).toMatch(/\.$/);
      for (const line of page.split("\n")) expect(line.length, line).toBeLessThanOrEqual(100);
    },
  );

  it("shows only existing commands in its examples", () => {
    const names = listCommands(program).map(nameCommand);
    const lines = listCommands(program).flatMap((command) => [
      ...readHelp(command).matchAll(/^ {2}(briksync-server.*)$/gm),
    ]);
    expect(lines.length).toBeGreaterThan(20);
    for (const [, line = ""] of lines) {
      const words = line.split(/ +/).filter((word) => /^[a-z-]+$/.test(word) && !word.startsWith("-"));
      const path = words.slice(0, words.length > 1 && names.includes(words.slice(0, 3).join(" ")) ? 3 : 2).join(" ");
      expect(names, line).toContain(path);
    }
  });

  it("lists the exit codes", () => {
    expect(readHelp(program)).toMatch(/Exit codes:\n {4}0 {2}Success\n[\s\S]*78 {2}Invalid configuration\n/);
  });
});

function nameCommand(command: Command): string {
  return command.parent === null ? command.name() : `${nameCommand(command.parent)} ${command.name()}`;
}
