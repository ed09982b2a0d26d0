import type { Command, CommanderError } from "commander";
import { findNearestNames } from "../text/names.ts";
import { CliError } from "./cli-error.ts";

/**
 * Converts an error of commander to a usage error. The hint contains the nearest word, or the help page to read.
 * Returns null if commander stopped only because help or the version was requested. `topics` are the words that `help`
 * also accepts.
 */
export function explainUsageError(
  error: CommanderError,
  program: Command,
  argv: readonly string[],
  topics: readonly string[],
): CliError | null {
  if (error.exitCode === 0) return null;
  const command = findCommand(program, argv);
  const path = commandPath(command);
  const help = `See: ${path} --help`;
  if (error.code === "commander.help") {
    const names = command.commands.map((sub) => sub.name()).filter((name) => !name.startsWith("_"));
    if (command === program) return explainUnknownHelp(program, [...names, ...topics], help);
    return new CliError("USAGE", `${path} requires a command: ${names.join(", ")}.`, { hint: help });
  }
  if (error.code === "commander.excessArguments") return explainExcess(command, error, help);
  const [word = ""] = program.args;
  const isUnknown = error.code === "commander.unknownCommand";
  // If the first word is a known group, the unknown word is a verb of that group.
  const isInGroup = program.commands.some((sub) => sub.name() === word || sub.aliases().includes(word));
  if (isUnknown && isInGroup) {
    const names = command.commands.map((sub) => sub.name());
    const [typed = ""] = command.args;
    const [verb] = findForeignVerbs(typed, names);
    if (verb !== undefined) {
      const hint = `Did you mean ${path} ${verb}? ${help}`;
      return new CliError("USAGE", `Unknown command '${typed}'.`, { hint, cause: error });
    }
  }
  const grouped = isUnknown && !isInGroup ? findGroupedCommands(program, program.args) : [];
  if (grouped.length > 0) {
    const hint = `Did you mean ${grouped.join(" or ")}? See: ${commandPath(program)} --help`;
    return new CliError("USAGE", `Unknown command '${word}'.`, { hint, cause: error });
  }
  const [, text = error.message, nearest] =
    /^(?:error: )?([\s\S]*?)\n?(?:\(Did you mean (?:one of )?(.*?)\?\))?$/.exec(error.message) ?? [];
  // The value after the equals sign may be a password.
  const shown = error.code === "commander.unknownOption" ? text.replace(/=[\s\S]*(?=')/, "") : text;
  const sentence = rewordCommander(shown).replace(/\.?$/, ".");
  return new CliError("USAGE", sentence, {
    hint: nearest === undefined ? help : `Did you mean ${dropAliases(command, nearest)}? ${help}`,
    cause: error,
  });
}

/** Replaces commander's own terms, such as "command-argument value". */
function rewordCommander(text: string): string {
  return text
    .replace(/^option '(?:-\w, )?(--[\w-]+)[^']*' argument '([\s\S]*?)' is invalid/, "'$2' is not valid for $1")
    .replace(/^command-argument value '([\s\S]*?)' is invalid for argument '([\w-]+)'/, "'$1' is not a valid $2")
    .replace(/^required option '(?:-\w, )?(--[\w-]+)[^']*' not specified/, "$1 is required")
    .replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

// commander handles `help nope` like `help`.
function explainUnknownHelp(program: Command, names: readonly string[], help: string): CliError | null {
  const [word, wanted] = program.args;
  if (word !== "help" || wanted === undefined) return null;
  const grouped = findGroupedCommands(program, program.args.slice(1));
  const [nearest] = grouped.length > 0 ? [grouped.join(" or ")] : findNearestNames(wanted, names, 1);
  return new CliError("USAGE", `Unknown command '${wanted}'.`, {
    hint: nearest === undefined ? help : `Did you mean ${nearest}? ${help}`,
  });
}

// Unexpected arguments are counted but not repeated, because users may have typed a password or secret.
function explainExcess(command: Command, cause: CommanderError, help: string): CliError {
  const path = commandPath(command);
  const expected = command.registeredArguments.length;
  const given = command.args.length;
  const accepted = expected === 0 ? "no arguments" : expected === 1 ? "1 argument" : `${expected} arguments`;
  const sentence = `${path} accepts ${accepted}, but received ${given}.`;
  const takesSecret = /^briksync keys (verify|inspect)$/.test(path);
  const hint = `Pass the secret on standard input: ${path} < file\nThe secret is now in your shell history. Rotate that key.`;
  return new CliError("USAGE", sentence, { hint: takesSecret ? hint : help, cause });
}

function findCommand(program: Command, argv: readonly string[]): Command {
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((sub) => sub.name() === word || sub.aliases().includes(word));
    if (next !== undefined) command = next;
  }
  return command;
}

// commander suggests a command and its alias as two commands.
function dropAliases(command: Command, nearest: string): string {
  const aliases = command.commands.flatMap((sub) => sub.aliases());
  const words = nearest.split(", ").filter((word, _, all) => all.length === 1 || !aliases.includes(word));
  return words.join(" or ");
}

/** Returns the words that select a command, such as `briksync keys list`. */
export function commandPath(command: Command): string {
  return command.parent === null ? command.name() : `${commandPath(command.parent)} ${command.name()}`;
}

/**
 * Returns the commands that a user meant if they omitted the group (`revoke` for `briksync keys revoke`), or used the
 * words of another tool.
 */
function findGroupedCommands(program: Command, words: readonly string[]): readonly string[] {
  const [word = ""] = words;
  const foreign = findForeignCommands(words);
  if (foreign.length > 0) return foreign.map((path) => `${program.name()} ${path}`);
  // Users mean keys far more often than profiles, sessions or pipelines.
  const isRare = (group: Command): boolean => ["profiles", "sessions", "trust", "tokens"].includes(group.name());
  const groups = [
    program.commands.filter((group) => !isRare(group)),
    program.commands.filter((group) => isRare(group)),
  ];
  const [common = [], others = []] = groups.map((each) => each.flatMap((group) => listNamed(group, word)));
  return (common.length > 0 ? common : others).map((path) => `${program.name()} ${path}`);
}

function listNamed(group: Command, word: string): readonly string[] {
  return group.commands
    .filter((command) => command.name() === word || command.aliases().includes(word))
    .map((command) => `${group.name()} ${command.name()}`);
}

type Meaning = readonly [meant: readonly string[], words: readonly string[]];

/**
 * The commands of this program, and the words for them in other tools (gh, stripe, aws, vercel, npm). Two words count
 * as a pair first, such as `auth status`.
 */
const commands: readonly Meaning[] = [
  [["login"], ["auth login", "configure", "init", "signin"]],
  [["logout"], ["auth logout", "signout"]],
  [["whoami"], ["auth status", "auth whoami", "me", "status"]],
  [["token"], ["auth token"]],
  [["login", "whoami", "token"], ["auth"]],
  [["sessions list"], ["auth sessions", "devices"]],
  [["profiles use"], ["config use"]],
  [["profiles list"], ["config list", "config", "profile"]],
  [["profiles use", "companies use"], ["auth switch"]],
  [["companies use", "profiles use"], ["switch"]],
  [["companies use"], ["switch-company"]],
  [["companies list"], ["orgs"]],
  [["keys create"], ["add", "new"]],
  [["keys list"], ["key"]],
  [["keys show"], ["describe", "get"]],
  [
    ["keys rename", "keys allow-ip"],
    ["edit", "update"],
  ],
  [["keys rotate"], ["regenerate", "reroll", "roll"]],
  [["keys revoke"], ["delete", "disable", "remove", "rm"]],
  [["audit"], ["events", "logs"]],
  [["dashboard"], ["open"]],
  [["password change"], ["passwd"]],
];

/** The verbs inside a group, and other words for them, such as `delete` in `keys delete`. */
const verbs: readonly Meaning[] = [
  [
    ["create", "add"],
    ["add", "new"],
  ],
  [["show"], ["describe", "get", "info", "view"]],
  [["rename"], ["edit"]],
  [["change", "rename"], ["update"]],
  [["change", "use"], ["set"]],
  [["use"], ["select", "switch"]],
  [["rotate"], ["regenerate", "reroll", "roll"]],
  [["revoke"], ["disable"]],
  [["revoke", "end"], ["remove"]],
  [
    ["revoke", "remove", "end"],
    ["delete", "rm"],
  ],
  [["end"], ["kill", "logout", "revoke"]],
];

function findMeant(meanings: readonly Meaning[], word: string): readonly string[] {
  return meanings.find(([, words]) => words.includes(word))?.[0] ?? [];
}

/** Returns the commands that a user of another tool means with the words after the name of the program. */
function findForeignCommands(words: readonly string[]): readonly string[] {
  const meant = findMeant(commands, words.slice(0, 2).join(" "));
  return meant.length > 0 ? meant : findMeant(commands, words[0] ?? "");
}

/** Returns the verbs of a group that a word of another tool means. `known` are the verbs of the group. */
function findForeignVerbs(word: string, known: readonly string[]): readonly string[] {
  return findMeant(verbs, word)
    .filter((verb) => known.includes(verb))
    .slice(0, 1);
}
