import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { repositoryRoot } from "./paths.ts";

/** A phrase that is always wrong, and what to write instead. */
export interface WrongPhrase {
  readonly pattern: RegExp;
  readonly write: string;
}

/** Phrases that are always wrong. A space in a pattern also matches a line break, in a comment too. */
export const wrongPhrases: readonly WrongPhrase[] = [
  { pattern: /\b(go|goes|going|gone|went) on\b/i, write: "resume, continue" },
  { pattern: /\b(stands?|stood) (in|above|below|beside|there)\b/i, write: "is in, is listed in" },
  { pattern: /\b(bears|bore)\b/i, write: "has, contains" },
  { pattern: /\bhand(s|ed|ing)? (it |them |the \w+ )?(over|on)\b/i, write: "deliver, send" },
  { pattern: /\bwho(so)?ever\b/i, write: "the client, the user, the caller" },
  { pattern: /\bshort way\b/i, write: "fast path" },
  { pattern: /\buse journal\b/i, write: "last-used buffer" },
  { pattern: /\bgrace that is still running\b/i, write: "grace period" },
  { pattern: /\b(turned away|turns away|shuts? out|shutting out)\b/i, write: "rejected, refused" },
  { pattern: /\b(lies?|lying|lay) (around|about|unused)\b/i, write: "unused, stale" },
  { pattern: /\b(has|have) had (its|their) time\b/i, write: "expired, stale" },
  { pattern: /\bbear to be (done|made|sent) twice\b/i, write: "be idempotent" },
  { pattern: /\b(asks again|looks? once more)\b/i, write: "re-reads" },
  { pattern: /\bthe party\b/i, write: "the provider" },
  { pattern: /\bmend(s|ed|ing)?\b/i, write: "fix" },
  { pattern: /\b(To go on|The same again):/, write: "To resume, run:" },
  { pattern: /\bnobody can be asked\b/i, write: "the CLI cannot prompt" },
  { pattern: /\btells? of\b/i, write: "reports" },
];

/** A part of a text that breaks a rule, with its line from 1. */
export interface Finding {
  readonly line: number;
  readonly text: string;
}

/**
 * Returns Markdown with the same lines, without fenced code and with each piece of inline code replaced by one word.
 */
export function stripCode(markdown: string): string {
  let fence: string | null = null;
  const lines = markdown.split("\n").map((line) => {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (mark !== undefined && (fence === null || mark.startsWith(fence))) {
      fence = fence === null ? mark : null;
      return "";
    }
    return fence === null ? line : "";
  });
  const withoutFences = lines.join("\n");
  return withoutFences.replace(/(`+)(?:[^`]|(?!\1)`)+?\1(?!`)/g, (code) => `code${code.replace(/[^\n]/g, "")}`);
}

/**
 * Returns the lines of Markdown that are wider than 120 columns, except for code, tables and links that cannot wrap.
 */
export function findWideLines(markdown: string, columns = 120): readonly Finding[] {
  const stripped = stripCode(markdown).split("\n");
  return markdown.split("\n").flatMap((text, index) => {
    const isFree =
      stripped[index] === "" || /^\s*\|/.test(text) || !/\S\s+\S/.test(text.trimStart().replace(/^- /, ""));
    return [...text].length > columns && !isFree ? [{ line: index + 1, text }] : [];
  });
}

/** Returns the number of words in a text. White space separates words. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}

function findMatches(text: string, pattern: RegExp): readonly Finding[] {
  const flexible = new RegExp(pattern.source.replaceAll(" ", "(?:\\s|\\n *(?:\\*|//))+"), `${pattern.flags}g`);
  return [...text.matchAll(flexible)].map((match) => ({
    line: text.slice(0, match.index).split("\n").length,
    text: match[0].replace(/\s+/g, " "),
  }));
}

/** Returns the phrases of {@link wrongPhrases} that a text contains. Leave out code first. */
export function findWrongPhrases(text: string): readonly Finding[] {
  return wrongPhrases.flatMap(({ pattern, write }) =>
    findMatches(text, pattern).map((found) => ({ ...found, text: `${found.text} → ${write}` })),
  );
}

/** Returns the words that assume the gender of a user. */
export function findGenderedWords(text: string): readonly Finding[] {
  return findMatches(text, /\b(he|she|him|his|hers|himself|herself|her)\b/i);
}

/**
 * Returns the sentences of a text that have more than 40 words. A colon, a semicolon, a blank line, a heading, a list
 * item and an indented line start a new sentence.
 */
export function findLongSentences(text: string, wordsMax = 40): readonly string[] {
  return text
    .split(/(?<=[.!?:;])["”)*_]*\s+|\n\s*\n|\n(?=(?:[-*#|]|\d+\.)\s| )/)
    .map((sentence) => sentence.replace(/\s+/g, " ").trim())
    .filter((sentence) => countWords(sentence) > wordsMax);
}

/** Returns the paths in backticks that name no file or folder of the repository. */
export function findMissingPaths(markdown: string, repositoryFiles: readonly string[]): readonly string[] {
  const quoted = [...markdown.matchAll(/`([\w.@/-]+)`/g)].map(([, path = ""]) => path);
  return [...new Set(quoted)].filter((path) => {
    if (/^(packages|docs|tools|bench)\//.test(path)) return !existsSync(join(repositoryRoot, path));
    // A path below a package's sources, such as `domain/keys/rename-key.ts`, or the name of a source file.
    return (
      /^[\w-]+(\/[\w-]+)*(\.test)?\.ts$/.test(path) && !repositoryFiles.some((file) => `/${file}`.endsWith(`/${path}`))
    );
  });
}

function toAnchor(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}

/** Returns the links of a page that lead to no file of the repository, or to no heading of that file. */
export function findBrokenLinks(page: string, read: (page: string) => string): readonly string[] {
  const links = [...stripCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(repositoryRoot, target))) return true;
    if (anchor === undefined) return false;
    const headings = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => toAnchor(heading));
    return !headings.includes(anchor);
  });
}

const sqlPattern = /^\s*(alter|create|delete|drop|insert|select|update|with) /;

/**
 * Returns the texts of a source file, without SQL: literals and templates. Literals that are joined by `+` are one
 * text.
 */
export function readTexts(source: string): readonly string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = readText(node);
    if (text !== null && !sqlPattern.test(text)) texts.push(text);
    else ts.forEachChild(node, visit);
  };
  ts.forEachChild(ts.createSourceFile("x.ts", source, ts.ScriptTarget.Latest), (node) => {
    if (!ts.isImportDeclaration(node)) visit(node);
  });
  return texts;
}

/** Returns the text of an expression, with `X` for computed parts, or null if the expression is not a text. */
function readText(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `X${literal.text}`).join("");
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [readText(node.left), readText(node.right)];
    return left === null && right === null ? null : `${left ?? "X"}${right ?? "X"}`;
  }
  return null;
}

/** Returns the paths of all files that git tracks or would track. */
export function listRepositoryFiles(): readonly string[] {
  const { stdout } = spawnSync("git", ["ls-files", "-co", "--exclude-standard", "--deduplicate"], {
    cwd: repositoryRoot,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return stdout.split("\n").filter((path) => path !== "" && existsSync(join(repositoryRoot, path)));
}
