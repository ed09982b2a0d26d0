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

  it("assume no gender of a user", () => {
    expect(sources.length).toBeGreaterThan(300);
    const found = sources.flatMap(({ path, text }) => findGenderedWords(text).map(({ line }) => `${path}:${line}`));
    expect(found).toEqual([]);
  });

  it("have no help or message with a sentence of more than 40 words", () => {
    const found = sources.flatMap(({ path, text }) =>
      readTexts(text).flatMap((one) => findLongSentences(one).map((sentence) => `${path}: ${sentence}`)),
    );
    expect(found).toEqual([]);
  });

  it("use no phrase that is always wrong", () => {
    const found = sources.flatMap(({ path, text }) =>
      findWrongPhrases(text).map((one) => `${path}:${one.line}: ${one.text}`),
    );
    expect(found).toEqual([]);
  });
});
