import type { Argument, Command, Option } from "commander";

/** Sources of names that must be looked up. */
export type NameSource = "keys" | "companies" | "profiles" | "sessions";

/**
 * The completions to offer at the cursor. `names` is set if names must be looked up. `prefix` is prepended to each of
 * them.
 */
export interface CompletionPlan {
  readonly candidates: readonly Candidate[];
  readonly names?: NameSource;
  readonly prefix: string;
  /** The part of the current word that candidates must start with. */
  readonly partial: string;
  /** `--server` and `--profile` as typed, because they decide which names exist. */
  readonly server?: string;
  readonly profile?: string;
}

const sourceByArgument: Readonly<Record<string, NameSource>> = {
  key: "keys",
  keys: "keys",
  company: "companies",
  profile: "profiles",
  session: "sessions",
};
const sourceByOption: Readonly<Record<string, NameSource>> = { key: "keys", company: "companies", profile: "profiles" };

/**
 * Returns what can be completed at the cursor. `words` are the words after `briksync`. The last one may be empty.
 * Arguments named `<key>` or `<keys>` are completed to names of keys, `<company>` to names of companies, and so on.
 * After `help`, only commands and `topics` are completed.
 */
export function planCompletion(
  program: Command,
  words: readonly string[],
  topics: readonly string[] = [],
): CompletionPlan {
  const partial = words.at(-1) ?? "";
  const help = findHelp(program, words.slice(0, -1));
  if (help !== undefined) {
    const ofTopics = help === program ? topics.map((value) => ({ value, description: "Help topic" })) : [];
    return { candidates: [...listCommands(help), ...ofTopics], prefix: "", partial };
  }
  const position = walk(program, words.slice(0, -1));
  const { server, profile } = position.given;
  const connection = { ...(server !== undefined && { server }), ...(profile !== undefined && { profile }) };
  const planOption = (option: Option, prefix: string, value: string): CompletionPlan => {
    const names = sourceByOption[option.attributeName()];
    return { ...planValue(option.argChoices, names, prefix, value), ...connection };
  };
  if (position.expectsValueOf !== undefined) return planOption(position.expectsValueOf, "", partial);
  if (!position.areOptionsOver && partial.startsWith("-")) {
    const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(partial) ?? [];
    const option = flag === undefined ? undefined : findOption(position.command, flag);
    if (option !== undefined) return planOption(option, `${flag}=`, value ?? "");
    return { candidates: listOptions(position.command), prefix: "", partial, ...connection };
  }
  if (position.command.commands.length > 0 && position.operands === 0) {
    return { candidates: listCommands(position.command), prefix: "", partial, ...connection };
  }
  const argument = findArgument(position.command, position.operands);
  return { ...planValue(argument?.argChoices, sourceByArgument[argument?.name() ?? ""], "", partial), ...connection };
}

/**
 * Returns the command whose commands `help` can explain at the cursor. Undefined if the words do not contain `help`.
 */
function findHelp(program: Command, words: readonly string[]): Command | undefined {
  const at = words.indexOf("help");
  if (at < 0) return undefined;
  const before = walk(program, words.slice(0, at));
  if (before.operands > 0 || before.expectsValueOf !== undefined || before.command.commands.length === 0)
    return undefined;
  const { command, operands } = walk(before.command, words.slice(at + 1));
  return operands === 0 ? command : undefined;
}

// Follows the words to the command that they select, and its options and arguments so far.
function walk(program: Command, words: readonly string[]) {
  let command = program;
  let operands = 0;
  let areOptionsOver = false;
  let expectsValueOf: Option | undefined;
  const given: Record<string, string> = {};
  for (const word of words) {
    if (expectsValueOf !== undefined) {
      given[expectsValueOf.attributeName()] = word;
      expectsValueOf = undefined;
    } else if (areOptionsOver || !word.startsWith("-") || word === "-") {
      const next =
        operands === 0
          ? command.commands.find((sub) => sub.name() === word || sub.aliases().includes(word))
          : undefined;
      if (next === undefined) operands += 1;
      else command = next;
    } else if (word === "--") {
      areOptionsOver = true;
    } else {
      const [, flag = word, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
      const option = findOption(command, flag);
      if (option === undefined || !(option.required || option.optional)) continue;
      if (value === undefined) expectsValueOf = option;
      else given[option.attributeName()] = value;
    }
  }
  return { command, operands, areOptionsOver, expectsValueOf, given };
}

function planValue(
  choices: readonly string[] | undefined,
  names: NameSource | undefined,
  prefix: string,
  partial: string,
): CompletionPlan {
  const candidates = (choices ?? []).map((choice) => ({ value: choice, description: "" }));
  return { candidates, prefix, partial, ...(names !== undefined && { names }) };
}

function findArgument(command: Command, index: number): Argument | undefined {
  const last = command.registeredArguments.at(-1);
  return command.registeredArguments[index] ?? (last?.variadic === true ? last : undefined);
}

function listCommands(command: Command): Candidate[] {
  return command.commands
    .filter((sub) => !sub.name().startsWith("_"))
    .map((sub) => ({ value: sub.name(), description: sub.summary() || sub.description().split("\n")[0] || "" }));
}

function listOptions(command: Command): Candidate[] {
  return withParents(command)
    .flatMap((each) => each.options)
    .filter((option) => !option.hidden)
    .map((option) => ({ value: option.long ?? option.short ?? "", description: option.description }))
    .concat([{ value: "--help", description: "Show help with examples" }]);
}

function findOption(command: Command, flag: string): Option | undefined {
  return withParents(command)
    .flatMap((each) => each.options)
    .find((option) => option.long === flag || option.short === flag);
}

function withParents(command: Command): Command[] {
  return command.parent === null ? [command] : [command, ...withParents(command.parent)];
}

/** A possible completion of a word, with its description. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}
