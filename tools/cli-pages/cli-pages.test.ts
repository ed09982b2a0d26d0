import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "../paths.ts";
import { listCommandPages } from "./command-pages.ts";
import { cliPageFolders, generateCliPages } from "./generate-cli-pages.ts";

describe("docs/cli and the man pages", () => {
  it("match the command tree, and have no page of a removed command", () => {
    const files = cliPageFolders.flatMap((folder) =>
      readdirSync(join(repositoryRoot, folder)).map((name) => {
        const path = `${folder}/${name}`;
        return [path, readFileSync(join(repositoryRoot, path), "utf8")] as const;
      }),
    );
    expect(Object.fromEntries(files)).toEqual(Object.fromEntries(generateCliPages()));
  });

  it("have the usage, each option and the examples of each command", () => {
    const pages = listCommandPages();
    const generated = generateCliPages();
    expect(pages.length).toBeGreaterThan(40);
    for (const { path, usage, lists, texts } of pages) {
      const man = generated.get(`packages/cli/man/${path.join("-")}.1`) ?? "";
      const markdown = generated.get(`docs/cli/${path[1] ?? "README"}.md`) ?? "";
      expect(texts.map(({ title }) => title)).toContain("Examples");
      for (const { term } of lists.flatMap(({ items }) => items)) {
        expect(man).toContain(`.B ${term.replaceAll("-", "\\-")}\n`);
        expect(markdown).toContain(`\n${term}`);
      }
      if (path.length > 1) expect(markdown).toContain(`${path.join(" ")}\n\n\`\`\`text\n${usage}\n`);
    }
  });
});
