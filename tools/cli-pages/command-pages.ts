import { type Command, Help, type Option } from "commander";
import { helpTopics } from "../../packages/cli/src/commands/help-topics.ts";
import { buildProgram } from "../../packages/cli/src/program/program.ts";

/** A list of a help page: the arguments, or the options under one heading. */
export interface PageList {
  readonly title: string;
  readonly items: readonly { readonly term: string; readonly description: string }[];
}

/** The content of the help page of a command. */
export interface CommandPage {
  /** The command and its parents, such as `["briksync", "keys", "list"]`. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly usage: string;
  readonly description: string;
  readonly lists: readonly PageList[];
  /** The texts after the lists, such as the examples. Lines are not indented. */
  readonly texts: readonly { readonly title: string; readonly text: string }[];
  /** The names of the commands in this one. */
  readonly commands: readonly string[];
}

/** A help topic, such as `briksync help rotation`. */
export interface TopicPage {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

const help = new Help();

/** Returns a page for each visible command, in the order of `briksync --help`. The first one is the program itself. */
export function listCommandPages(): readonly CommandPage[] {
  const program = buildProgram(() => async () => {}, {
    writeHelp: () => {},
    helpWidth: undefined,
    bold: (text) => text,
  });
  const listPages = (command: Command, parents: readonly string[]): CommandPage[] => {
    const path = [...parents, command.name()];
    const commands = help.visibleCommands(command).filter((each) => each.name() !== "help");
    return [describeCommand(command, path, commands), ...commands.flatMap((each) => listPages(each, path))];
  };
  return listPages(program, []);
}

/** Returns a page for each help topic. */
export function listTopicPages(): readonly TopicPage[] {
  return [...helpTopics].map(([name, topic]) => {
    const [title = "", ...lines] = topic.split("\n");
    return { name, title, text: lines.join("\n").trim() };
  });
}

function describeCommand(command: Command, path: readonly string[], commands: readonly Command[]): CommandPage {
  const argumentItems = help
    .visibleArguments(command)
    .map((argument) => ({ term: help.argumentTerm(argument), description: argument.description }));
  const optionGroups = help.groupItems<Option>(
    [...command.options],
    help.visibleOptions(command),
    (option) => option.helpGroupHeading ?? "Options:",
  );
  return {
    path,
    summary: command.summary() || command.description().replace(/\.$/, ""),
    usage: help.commandUsage(command),
    description: command.description(),
    lists: [
      ...(argumentItems.length === 0 ? [] : [{ title: "Arguments", items: argumentItems }]),
      ...[...optionGroups].map(([heading, options]) => ({
        title: heading.replace(/:$/, ""),
        items: options.map((option) => ({
          term: help.optionTerm(option),
          description: option.description,
        })),
      })),
    ],
    texts: readTexts(command),
    commands: commands.map((each) => each.name()),
  };
}

/** Returns what `addHelpText` added to a command, by its headings. */
function readTexts(command: Command): CommandPage["texts"] {
  const written: string[] = [];
  // The types of commander do not say that a command is an event emitter.
  (command as Command & NodeJS.EventEmitter).emit("afterHelp", {
    error: false,
    command,
    write: (text: string) => written.push(text),
  });
  return written
    .join("\n")
    .split(/^(?=\S.*:$)/m)
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const [heading = "", ...lines] = part.trim().split("\n");
      return { title: heading.replace(/:$/, ""), text: lines.map((line) => line.replace(/^ {2}/, "")).join("\n") };
    });
}
