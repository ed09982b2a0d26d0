import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./paths.ts";

/** A fenced code block of a page. The tag is the word after the language. */
export interface ReadmeBlock {
  readonly language: string;
  readonly tag: string;
  readonly text: string;
}

/** Returns the text of a page. The path is relative to the repository. */
export function readPage(page: string): string {
  return readFileSync(join(repositoryRoot, page), "utf8");
}

/** Returns the fenced blocks of the README, or of another page, in order. */
export function readReadmeBlocks(page = "README.md"): ReadmeBlock[] {
  return [...readPage(page).matchAll(/^```(\w+)(?: (\w+))?\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? "",
    tag: match[2] ?? "",
    text: match[3] ?? "",
  }));
}

/** Returns the blocks of one tag as one text. */
export function readTaggedBlocks(tag: string, page?: string): string {
  return readReadmeBlocks(page)
    .filter((block) => block.tag === tag)
    .map((block) => block.text)
    .join("");
}

/** Returns the scripts of the `run:` steps of a workflow, inline or as a block. */
export function readWorkflowSteps(yaml: string): string[] {
  const steps: string[] = [];
  const lines = yaml.split("\n");
  for (const [index, line] of lines.entries()) {
    const match = /^( *)(?:- )?run: (.*)$/.exec(line);
    if (match === null) continue;
    const [, indent = "", inline = ""] = match;
    if (inline !== "|") {
      steps.push(inline);
      continue;
    }
    const block: string[] = [];
    for (const next of lines.slice(index + 1)) {
      if (next.trim() !== "" && !next.startsWith(`${indent} `)) break;
      block.push(next.trim());
    }
    steps.push(block.join("\n").trim());
  }
  return steps;
}
