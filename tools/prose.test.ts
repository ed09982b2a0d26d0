import { describe, expect, it } from "vitest";
import {
  countWords,
  findBrokenLinks,
  findGenderedWords,
  findLongSentences,
  findMissingPaths,
  findWideLines,
  findWrongPhrases,
  listRepositoryFiles,
  readTexts,
  stripCode,
} from "./prose.ts";
import { readPage } from "./readme.ts";
import { listSourceFiles } from "./source-files.ts";

const files = listRepositoryFiles();
const pages = files.filter((file) => file.endsWith(".md"));

describe("documents", () => {
  it("include the pages that everybody reads", () => {
    expect(pages).toEqual(expect.arrayContaining(["README.md", "ARCHITECTURE.md", "docs/rotation.md"]));
    expect(pages.length).toBeGreaterThan(60);
  });

  it("the README has at most 900 words", () => {
    expect(countWords(readPage("README.md"))).toBeLessThanOrEqual(900);
  });

  it("docs/README.md links to every page", () => {
    const index = readPage("docs/README.md");
    const others = pages.filter((page) => /^docs\/(deploy\/)?[\w-]+\.md$/.test(page) && page !== "docs/README.md");
    expect(others.length).toBeGreaterThan(10);
    expect(others.filter((page) => !index.includes(`](${page.slice("docs/".length)})`))).toEqual([]);
  });

  it("the index of decisions lists each one with its title", () => {
    const index = readPage("docs/decisions/README.md").replaceAll("\n  ", " ");
    const decisions = pages.filter((page) => /^docs\/decisions\/\d{4}-/.test(page));
    expect(decisions.length).toBeGreaterThan(50);
    const lines = decisions.map((page) => {
      const [, number, title] = /^# (\d{4}) (.*)/.exec(readPage(page)) ?? [];
      return `- [${number}](${page.slice("docs/decisions/".length)}): ${title}`;
    });
    expect(
      index
        .split("\n")
        .filter((line) => line.startsWith("- "))
        .sort(),
    ).toEqual(lines.sort());
  });

  it.each(pages)("%s follows the rules", (page) => {
    const markdown = readPage(page);
    const prose = stripCode(markdown);
    expect({
      wideLines: findWideLines(markdown),
      wrongPhrases: findWrongPhrases(prose),
      genderedWords: findGenderedWords(prose),
      longSentences: findLongSentences(prose.replace(/^\s*\|.*$/gm, "")),
      missingPaths: findMissingPaths(markdown, files),
      brokenLinks: findBrokenLinks(page, readPage),
    }).toEqual({
      wideLines: [],
      wrongPhrases: [],
      genderedWords: [],
      longSentences: [],
      missingPaths: [],
      brokenLinks: [],
    });
  });
});

describe("the sources of the packages", () => {
  const sources = listSourceFiles();

  it("have no help or message with a sentence of more than 40 words", () => {
    const texts = sources.flatMap(({ path, text }) => readTexts(text).map((one) => ({ path, one })));
    expect(texts.length).toBeGreaterThan(3000);
    const found = texts.flatMap(({ path, one }) => findLongSentences(one).map((sentence) => `${path}: ${sentence}`));
    expect(found).toEqual([]);
  });
});

describe("code, tests and configuration", () => {
  const paths = files.filter(
    (path) => /\.(ts|tsx|mjs|c|sh|ya?ml|conf|service)$|file$/.test(path) && !/^tools\/prose|\/generated\//.test(path),
  );

  it("assume no gender of a user, and use no phrase that is always wrong", () => {
    expect(paths.length).toBeGreaterThan(1000);
    const found = paths.flatMap((path) => {
      const text = readPage(path);
      return [...findWrongPhrases(text), ...findGenderedWords(text)].map((one) => `${path}:${one.line}: ${one.text}`);
    });
    expect(found).toEqual([]);
  });
});

describe("the checks", () => {
  it.each([
    ["The same command goes on.", "resume, continue"],
    ["After that the run went\non alone.", "resume, continue"],
    ["/** It goes\n * on later. */", "resume, continue"],
    ["The list stands in the README.", "is in, is listed in"],
    ["A name that only one active key bears.", "has, contains"],
    ["The CLI hands the secret over.", "deliver, send"],
    ["It hands over the secret.", "deliver, send"],
    ["Whoever has it can read it.", "the client, the user, the caller"],
    ["Verify has a short way.", "fast path"],
    ["The use journal is a file.", "last-used buffer"],
    ["It ends a grace that is still running.", "grace period"],
    ["The first address shuts out all others.", "rejected, refused"],
    ["Keys that lie around unused.", "unused, stale"],
    ["It removes what has had its time.", "expired, stale"],
    ["The work must bear to be done twice.", "be idempotent"],
    ["It asks again.", "re-reads"],
    ["The party decides.", "the provider"],
    ["The operator mends the configuration.", "fix"],
    ["To go on: briksync login", "To resume, run:"],
    ["Nobody can be asked.", "the CLI cannot prompt"],
    ["An event tells of a change.", "reports"],
  ])("find the wrong phrase in %j", (text, write) => {
    expect(findWrongPhrases(text).map(({ text: found }) => found.split(" → ")[1])).toContain(write);
  });

  it("find no wrong phrase in plain English", () => {
    const text =
      "To resume, run the command again. The server refuses the secret. Bear in mind that logging depends on the level.";
    expect(findWrongPhrases(text)).toEqual([]);
  });

  it("leave out code, but keep the lines", () => {
    const markdown = "One `he` two\n```sh\nhe goes on\n```\n``a ` b`` three";
    expect(stripCode(markdown)).toBe("One code two\n\n\n\ncode three");
    expect(findGenderedWords(stripCode(markdown))).toEqual([]);
  });

  it("find wide lines, but not in code, tables or a single link", () => {
    const wide = "word ".repeat(25);
    const markdown = [wide, "```", wide, "```", `| ${wide} |`, `- [x](https://example.com/${"x".repeat(120)})`].join(
      "\n",
    );
    expect(findWideLines(markdown).map(({ line }) => line)).toEqual([1]);
    expect(findWideLines("é".repeat(60).concat(" ", "é".repeat(59)))).toEqual([]);
  });

  it("count words as a reader does", () => {
    expect(countWords(" one  two\nthree ")).toBe(3);
  });

  it.each(["The user opens his session.", "She signs in.", "Ask him.", "It is hers.", "The admin herself."])(
    "find the gender in %j",
    (text) => expect(findGenderedWords(text)).toHaveLength(1),
  );

  it("find no gender in other words", () => {
    expect(findGenderedWords("They sign in on their own. This is where the cache is.")).toEqual([]);
  });

  it("find sentences of more than 40 words, across line breaks", () => {
    const words = (count: number): string => Array.from({ length: count }, (_, index) => `w${index}`).join(" ");
    expect(findLongSentences(`${words(40)}. ${words(40)}.`)).toEqual([]);
    expect(findLongSentences(`Short. ${words(20)}\n${words(21)}. Short.`)).toHaveLength(1);
    expect(findLongSentences(`- ${words(30)}\n- ${words(30)}\n\n${words(30)}`)).toEqual([]);
  });

  it("find paths that do not exist", () => {
    const markdown =
      "`packages/cli/src/bin.ts`, `packages/cli/src/program/bin.ts`, `domain/rotate-key.ts`, `rotations/rotate-key.ts`";
    expect(findMissingPaths(markdown, files)).toEqual(["packages/cli/src/bin.ts", "domain/rotate-key.ts"]);
    expect(findMissingPaths("`docs/none.md` `tools` `bench/main.ts` `tools/none/`", files)).toEqual([
      "docs/none.md",
      "tools/none/",
    ]);
  });

  it("find links to missing pages and headings", () => {
    const texts: Record<string, string> = {
      "docs/auth.md":
        "[a](none.md) [b](ci.md#exit-codes) [c](ci.md#none) [d](#here) [e](https://example.com) `[f](g)`\n## Here",
    };
    expect(findBrokenLinks("docs/auth.md", (page) => texts[page] ?? readPage(page))).toEqual(["none.md", "ci.md#none"]);
  });

  it("read the texts of a source, joined as they are shown, without SQL and imports", () => {
    const source = [
      'import { a } from "a";',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the template is part of the source that the test reads
      'const text = "One " + `two ${1 + 2} three ` +',
      '  "four.";',
      'sql("select a from b");',
      'f(condition ? "five" : `six`);',
    ].join("\n");
    expect(readTexts(source)).toEqual(["One two X three four.", "five", "six"]);
  });
});
