import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryRoot } from "./paths.ts";

/** An import of a source file. */
export interface Import {
  /** The imported file as a path below the repository, or the name of a package. */
  readonly target: string;
  readonly isOwn: boolean;
  readonly isTypeOnly: boolean;
}

/** A source file of a package, without tests and generated files. */
export interface SourceFile {
  /** Path below the repository. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const importPattern = /^(?:import|export) (type )?[^;]*?from "([^"]+)"|^import "([^"]+)"|import\("([^"]+)"\)/gm;

function readSource(path: string): SourceFile {
  const text = readFileSync(join(repositoryRoot, path), "utf8");
  const imports = [...text.matchAll(importPattern)].map(([, type, from, bare, dynamic]): Import => {
    const name = from ?? bare ?? dynamic ?? "";
    const isOwn = name.startsWith(".");
    return { target: isOwn ? join(dirname(path), name) : name, isOwn, isTypeOnly: type !== undefined };
  });
  return { path, text, imports };
}

/** Returns the source files of all packages that git tracks or would track. */
export function listSourceFiles(): readonly SourceFile[] {
  const args = [
    "ls-files",
    "-co",
    "--exclude-standard",
    "--deduplicate",
    ...["ts", "tsx"].flatMap((type) => [`packages/*/src/*.${type}`, `packages/*/src/**/*.${type}`]),
  ];
  const { stdout } = spawnSync("git", args, { cwd: repositoryRoot, encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((path) => path !== "" && !path.endsWith(".test.ts") && !path.includes("/generated/"))
    .filter((path) => existsSync(join(repositoryRoot, path)))
    .map(readSource);
}

/** Returns code without comments and strings, which is enough to look for an identifier. */
export function stripText(text: string): string {
  return text
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/\/\/.*$/gm, "")
    .replace(/(["'`])(?:\\.|(?!\1).)*\1/gs, '""');
}

/** Returns the first cycle through each node that is in one. Returns an empty list if there is no cycle. */
export function findCycles(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): void => {
    if (trail.includes(node)) {
      cycles.push([...trail.slice(trail.indexOf(node)), node].join(" → "));
      return;
    }
    if (done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return cycles;
}
