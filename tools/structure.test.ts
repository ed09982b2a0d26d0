import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "./paths.ts";
import { listRepositoryFiles } from "./prose.ts";
import { listSourceFiles, type SourceFile } from "./source-files.ts";

const sources = listSourceFiles();
const linesMax = 250;

/** Sources that are longer because they are about one subject that a cut would only scatter. */
const longSources = [
  "packages/sdk/src/call/caller.ts",
  "packages/sdk/src/rotation/rotate-safely.ts",
  "packages/sdk/src/testing/fake-briksync.ts",
  "packages/server/src/store/records.ts",
  "packages/server/src/store/tables.ts",
];

function countLines(text: string): number {
  return text.trimEnd().split("\n").length;
}

/** Returns the names of the exported declarations of a file that have no docstring. */
function findUndocumentedExports({ path, text }: SourceFile): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return file.statements
    .filter((statement) => ts.canHaveModifiers(statement))
    .filter((statement) => ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .filter((statement) => ts.getJSDocCommentsAndTags(statement).length === 0)
    .map((statement) => `${path}: ${statement.getText().split("\n")[0]}`);
}

describe("the sources", () => {
  it("are in folders of at most 20 files", () => {
    const counts = new Map<string, number>();
    for (const { path } of sources) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    expect(counts.size).toBeGreaterThan(80);
    expect([...counts].filter(([, count]) => count > 20)).toEqual([]);
  });

  it("are in files of at most 250 lines, except those that are listed here", () => {
    const long = sources.filter(({ text }) => countLines(text) > linesMax);
    expect(long.map(({ path }) => path).sort()).toEqual(longSources);
  });

  it("have a docstring for every export", () => {
    expect(sources.flatMap(findUndocumentedExports)).toEqual([]);
  });
});

describe("the tests", () => {
  it("are in files of at most 250 lines", () => {
    const tests = listRepositoryFiles().filter((path) => /(^tools|\/test)\/.*\.ts$|\.test\.ts$/.test(path));
    expect(tests.length).toBeGreaterThan(400);
    const long = tests.filter((path) => countLines(readFileSync(join(repositoryRoot, path), "utf8")) > linesMax);
    expect(long).toEqual([]);
  });
});

describe("the check of docstrings", () => {
  it.each([
    "export function open() {}",
    "export const limit = 1;",
    "export type Id = string;",
    "/* No. */ export class A {}",
  ])("finds %j", (text) => expect(findUndocumentedExports({ path: "a.ts", text, imports: [] })).toHaveLength(1));

  it.each(["/** Opens it. */\nexport function open() {}", "const limit = 1;", 'export { open } from "./b.ts";'])(
    "finds nothing in %j",
    (text) => expect(findUndocumentedExports({ path: "a.ts", text, imports: [] })).toEqual([]),
  );
});
