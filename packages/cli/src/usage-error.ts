import type { Command, CommanderError } from "commander";
import { CliError } from "./cli-error.ts";

/**
 * Turns what commander throws into a usage error with the nearest word, or the help to read, as hint. Returns null where it only
 * stopped because help or version was asked for, also by giving no argument at all.
 */
export function explainUsageError(error: CommanderError, program: Command, argv: readonly string[]): CliError | null {
  if (error.exitCode === 0) return null;
  const command = findCommand(program, argv);
  const path = commandPath(command);
  const help = `See: ${path} --help`;
  if (error.code === "commander.help") {
    if (command === program) return null;
    const names = command.commands.filter((sub) => !isHidden(sub)).map((sub) => sub.name());
    return new CliError("USAGE", `${path} needs a command: ${names.join(", ")}.`, { hint: help });
  }
  const [, text = error.message, nearest] =
    /^(?:error: )?([\s\S]*?)\n?(?:\(Did you mean (?:one of )?(.*?)\?\))?$/.exec(error.message) ?? [];
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/\.?$/, ".");
  return new CliError("USAGE", sentence, {
    hint: nearest === undefined ? help : `Did you mean ${dropAliases(command, nearest)}? ${help}`,
    cause: error,
  });
}

function findCommand(program: Command, argv: readonly string[]): Command {
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((sub) => sub.name() === word || sub.aliases().includes(word));
    if (next !== undefined) command = next;
  }
  return command;
}

// commander offers a command and its alias as if they were two.
function dropAliases(command: Command, nearest: string): string {
  const aliases = command.commands.flatMap((sub) => sub.aliases());
  const words = nearest.split(", ").filter((word, _, all) => all.length === 1 || !aliases.includes(word));
  return words.join(" or ");
}

function commandPath(command: Command): string {
  return command.parent === null ? command.name() : `${commandPath(command.parent)} ${command.name()}`;
}

function isHidden(command: Command): boolean {
  return command.name().startsWith("_");
}
