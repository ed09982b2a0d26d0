import type { Command } from "commander";

/**
 * Turns `help keys rotate`, and `keys help rotate`, into `keys rotate --help`: commander's own help command looks only at the next word.
 * A word that names no command stays in its place without `--help`, so that it is reported. Anything else comes back as it is.
 */
export function expandHelp(program: Command, argv: readonly string[]): readonly string[] {
  const start = argv.findIndex((word) => !word.startsWith("-"));
  let command = program;
  for (let index = start; index >= 0 && index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    const next = findSubcommand(command, word);
    if (next === undefined) return word === "help" ? expandAt(command, argv, index) : argv;
    command = next;
  }
  return argv;
}

function expandAt(group: Command, argv: readonly string[], index: number): readonly string[] {
  const before = argv.slice(0, index);
  const wanted = argv.slice(index + 1).filter((word) => !word.startsWith("-"));
  const path: string[] = [];
  let command = group;
  for (const word of wanted) {
    // A command without subcommands would run with what is left as its arguments.
    if (command.commands.length === 0) break;
    const next = findSubcommand(command, word);
    // Of the program itself commander's help command reports it.
    if (next === undefined) return command.parent === null ? argv : [...before, ...path, word];
    path.push(word);
    command = next;
  }
  return [...before, ...path, "--help"];
}

function findSubcommand(command: Command, word: string): Command | undefined {
  return command.commands.find((sub) => sub.name() === word || sub.aliases().includes(word));
}
