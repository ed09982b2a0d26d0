import type { CommandPage, PageList, TopicPage } from "./command-pages.ts";

const note = "<!-- Generated from the command tree by tools/generate.ts. Do not edit. -->";

/** Returns the reference of the CLI as Markdown files by their names: an index, and a file per command or topic. */
export function formatMarkdownPages(
  pages: readonly CommandPage[],
  topics: readonly TopicPage[],
): ReadonlyMap<string, string> {
  const [program, ...commands] = pages;
  if (program === undefined) return new Map();
  const files = new Map([["README.md", formatIndex(program, commands, topics)]]);
  for (const name of program.commands) {
    const own = commands.filter(({ path }) => path[1] === name);
    files.set(`${name}.md`, join([note, ...own.map((page, index) => formatPage(page, index === 0 ? "#" : "##"))]));
  }
  for (const { name, title, text } of topics) {
    files.set(`help-${name}.md`, join([note, `# ${title}`, formatBlock("text", text)]));
  }
  return files;
}

function formatIndex(program: CommandPage, commands: readonly CommandPage[], topics: readonly TopicPage[]): string {
  const links = commands.map(({ path, summary }) => {
    const name = path.slice(1).join(" ");
    const anchor = path.length === 2 ? "" : `#${path.join("-")}`;
    return `| [${name}](${path[1]}.md${anchor}) | ${summary} |`;
  });
  const topicLinks = topics.map(({ name, title }) => `| [help ${name}](help-${name}.md) | ${title} |`);
  return join([
    note,
    "# Commands of the CLI",
    program.description,
    "Each command prints this text with `--help`, and has a man page with it.",
    ["| command | what it does |", "|---|---|", ...links, ...topicLinks].join("\n"),
    ...formatBody(program, "##"),
  ]);
}

function formatPage(page: CommandPage, heading: string): string {
  return join([
    `${heading} ${page.path.join(" ")}`,
    formatBlock("text", page.usage),
    ...page.description.split("\n\n").map(formatParagraph),
    ...formatBody(page, `${heading}#`),
  ]).trimEnd();
}

function formatBody({ lists, texts }: CommandPage, heading: string): string[] {
  return [
    ...lists.flatMap((list) => [`${heading} ${list.title}`, formatBlock("text", formatList(list))]),
    ...texts.flatMap(({ title, text }) => [
      `${heading} ${title}`,
      formatBlock(title === "Examples" ? "sh" : "text", text),
    ]),
  ];
}

function formatParagraph(text: string): string {
  const isListOfWords = /(\S+, ){6}/.test(text);
  if (isListOfWords) return formatBlock("text", wrap(text, 110).join("\n"));
  return text.includes("\n") ? formatBlock("text", text) : wrap(text.replace(/[<>*|]/g, "\\$&"), 110).join("\n");
}

function formatList({ items }: PageList): string {
  const width = Math.max(...items.map(({ term }) => term.length));
  return items
    .map(({ term, description }) => {
      const lines = wrap(description, Math.max(40, 110 - width));
      return lines.map((line, index) => `${(index === 0 ? term : "").padEnd(width)}  ${line}`).join("\n");
    })
    .join("\n");
}

function formatBlock(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

/** Breaks text between words into lines of at most `width` columns. */
function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function join(parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}
