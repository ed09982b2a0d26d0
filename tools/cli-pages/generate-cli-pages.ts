import { listCommandPages, listTopicPages } from "./command-pages.ts";
import { formatManPages } from "./man.ts";
import { formatMarkdownPages } from "./markdown.ts";

/** The folders that contain only generated pages of the CLI. */
export const cliPageFolders = ["docs/cli", "packages/cli/man"] as const;

/** Returns the reference of the CLI and its man pages, by their paths in the repository. */
export function generateCliPages(): ReadonlyMap<string, string> {
  const pages = listCommandPages();
  const topics = listTopicPages();
  const [docs, man] = cliPageFolders;
  return new Map([
    ...[...formatMarkdownPages(pages, topics)].map(([name, text]) => [`${docs}/${name}`, text] as const),
    ...[...formatManPages(pages, topics)].map(([name, text]) => [`${man}/${name}`, text] as const),
  ]);
}
