import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./paths.ts";

/** A fenced block of a page: its language, the word behind it, its text. */
export interface ReadmeBlock {
  readonly language: string;
  readonly tag: string;
  readonly text: string;
}

/** The fenced blocks of the README, or of another page of the repository, in order. */
export function readReadmeBlocks(page = "README.md"): ReadmeBlock[] {
  const text = readFileSync(join(repositoryRoot, page), "utf8");
  return [...text.matchAll(/^```(\w+)(?: (\w+))?\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? "",
    tag: match[2] ?? "",
    text: match[3] ?? "",
  }));
}

/** The blocks of one tag as one text. */
export function readTaggedBlocks(tag: string, page?: string): string {
  return readReadmeBlocks(page)
    .filter((block) => block.tag === tag)
    .map((block) => block.text)
    .join("");
}

/** The scripts of a workflow's `run:` steps, inline or as a block. */
export function readWorkflowSteps(yaml: string): string[] {
  const steps: string[] = [];
  const lines = yaml.split("\n");
  for (const [index, line] of lines.entries()) {
    const match = /^( *)run: (.*)$/.exec(line);
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
