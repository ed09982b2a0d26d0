import type { Command, Help, Option } from "commander";

/** Columns of a help page if the output is not a terminal. */
export const helpWidthDefault = 105;

/** Returns the help page of a command. Unlike commander, it lists the commands before the options, because most readers look for them. */
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
