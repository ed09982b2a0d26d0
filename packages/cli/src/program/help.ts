import type { Command, Help, Option } from "commander";

/** Columns of a help page if the output is not a terminal. */
export const helpWidthDefault = 105;

/**
 * Returns the help page of a command. Unlike commander, it lists the commands before the options, because most readers
 * look for them.
 */
export function formatHelp(command: Command, helper: Help): string {
  const termWidth = helper.padWidth(command, helper);
  const formatItem = (term: string, description: string): string =>
    helper.formatItem(term, termWidth, description, helper);
  const argumentItems = helper
    .visibleArguments(command)
    .map((argument) => formatItem(helper.argumentTerm(argument), argument.description));
  const commandGroups = helper.groupItems(
    [...command.commands],
    helper.visibleCommands(command),
    (each) => each.helpGroup() || "Commands:",
  );
  const optionGroups = helper.groupItems<Option>(
    [...command.options],
    helper.visibleOptions(command),
    (option) => option.helpGroupHeading ?? "Options:",
  );
  const sections = [
    `${helper.styleTitle("Usage:")} ${helper.commandUsage(command)}\n`,
    `${helper.boxWrap(helper.commandDescription(command), helper.helpWidth ?? helpWidthDefault)}\n`,
    ...helper.formatItemList("Arguments:", argumentItems, helper),
    ...[...commandGroups].flatMap(([heading, commands]) =>
      helper.formatItemList(
        heading,
        commands.map((each) => formatItem(helper.subcommandTerm(each), helper.subcommandDescription(each))),
        helper,
      ),
    ),
    ...[...optionGroups].flatMap(([heading, options]) =>
      helper.formatItemList(
        heading,
        options.map((option) => formatItem(helper.optionTerm(option), option.description)),
        helper,
      ),
    ),
  ];
  return sections.join("\n");
}

/**
 * Converts `help keys rotate` and `keys help rotate` to `keys rotate --help`, because the help command of commander
 * accepts only one word. A word that is not a command is kept without `--help`, so that it is reported. All other
 * arguments are returned unchanged.
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
    // A command without subcommands would run with the remaining words as arguments.
    if (command.commands.length === 0) break;
    const next = findSubcommand(command, word);
    // At the top level, the help command of commander reports the unknown word.
    if (next === undefined) return command.parent === null ? argv : [...before, ...path, word];
    path.push(word);
    command = next;
  }
  return [...before, ...path, "--help"];
}

function findSubcommand(command: Command, word: string): Command | undefined {
  return command.commands.find((sub) => sub.name() === word || sub.aliases().includes(word));
}
