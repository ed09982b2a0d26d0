import type { CommandPage, TopicPage } from "./command-pages.ts";

/** Returns the man pages by their file names. They have no version and no date, so a release changes none of them. */
export function formatManPages(
  pages: readonly CommandPage[],
  topics: readonly TopicPage[],
): ReadonlyMap<string, string> {
  const topicNames = topics.map(({ name }) => `briksync-${name}(7)`);
  return new Map([
    ...pages.map((page) => [`${page.path.join("-")}.1`, formatCommand(page, topicNames)] as const),
    ...topics.map((topic) => [`briksync-${topic.name}.7`, formatTopic(topic)] as const),
  ]);
}

function formatCommand(page: CommandPage, topicNames: readonly string[]): string {
  const name = page.path.join("-");
  const parent = page.path.slice(0, -1).join("-");
  const seeAlso = [
    ...(parent === "" ? [] : [`${parent}(1)`]),
    ...page.commands.map((command) => `${name}-${command}(1)`),
    ...(page.path.length < 3 ? topicNames : []),
  ];
  return join([
    ...formatHead(name, 1, page.summary),
    ".SH SYNOPSIS",
    `.B ${escapeText(page.usage)}`,
    ".SH DESCRIPTION",
    ...page.description.split("\n\n").flatMap(formatParagraph).slice(1),
    ...page.lists.flatMap(({ title, items }) => [
      formatHeading(title),
      ...items.flatMap(({ term, description }) => [".TP", `.B ${escapeText(term)}`, escapeText(description)]),
    ]),
    ...page.texts.flatMap(({ title, text }) => [formatHeading(title), ...formatVerbatim(text)]),
    ...(page.path.length === 1
      ? []
      : [".SH GLOBAL OPTIONS", "The options of", ".BR briksync (1)", "apply to this command too."]),
    ".SH SEE ALSO",
    ...seeAlso.map((other, index) => formatReference(other, index === seeAlso.length - 1)),
  ]);
}

function formatTopic({ name, title, text }: TopicPage): string {
  return join([
    ...formatHead(`briksync-${name}`, 7, title),
    ".SH DESCRIPTION",
    ...formatVerbatim(text),
    ".SH SEE ALSO",
    formatReference("briksync(1)", true),
  ]);
}

function formatHead(name: string, section: number, summary: string): string[] {
  return [
    '.\\" Generated from the command tree by tools/generate.ts. Do not edit.',
    `.TH ${name.toUpperCase()} ${section} "" briksync "briksync manual"`,
    ".SH NAME",
    `${escapeText(name)} \\- ${escapeText(summary)}`,
  ];
}

function formatHeading(title: string): string {
  return `.SH ${escapeText(title.toUpperCase())}`;
}

function formatParagraph(text: string): string[] {
  return [".PP", ...(text.includes("\n") ? formatVerbatim(text) : [escapeText(text)])];
}

function formatVerbatim(text: string): string[] {
  return [".nf", ...text.split("\n").map((line) => (line === "" ? ".sp" : escapeText(line))), ".fi"];
}

function formatReference(page: string, isLast: boolean): string {
  const [, name = "", section = ""] = /^(.+)(\(\d\))$/.exec(page) ?? [];
  return `.BR ${escapeText(name)} ${section}${isLast ? "" : ","}`;
}

/** Escapes text for roff. A plain hyphen would become a typographic one, which cannot be pasted into a shell. */
function escapeText(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("`", "\\(ga")
    .replaceAll("'", "\\(aq")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti")
    .replaceAll("→", "\\(->")
    .replace(/^\./, "\\&.");
}

function join(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
