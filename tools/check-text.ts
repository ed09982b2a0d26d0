import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repositoryRoot } from "./paths.ts";

/** Checks commit subjects, and text files against .editorconfig. A part of `pnpm check`. */
const subjectCharactersMax = 72;
/** The last commit that is not checked. */
const commitsChecked = 100;
/** Databases and dumps that an earlier version wrote. Tests need their exact bytes. */
const fixtures = "packages/server/test/fixtures/";

function listOutput(...args: readonly string[]): readonly string[] {
  const { stdout, status, stderr } = spawnSync("git", args, { cwd: repositoryRoot, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.split("\n").filter((line) => line !== "");
}

/** Returns what is wrong with the subject of a commit, or null. */
export function findSubjectFault(subject: string): string | null {
  if (subject.length > subjectCharactersMax) return `has ${subject.length} characters instead of at most 72`;
  if (/^\p{Ll}|^[\w-]+(\([^)]*\))?!?: /u.test(subject)) return "does not start with a verb in upper case";
  return subject.endsWith(".") ? "ends with a period" : null;
}

/** Returns how the text of a file differs from .editorconfig. */
export function findTextFaults(path: string, text: string): readonly string[] {
  const faults: string[] = [];
  if (text !== "" && !text.endsWith("\n")) faults.push("has no line break at its end");
  if (text.includes("\r")) faults.push("has a carriage return");
  // An unchanged empty line of a patch is a space.
  const isPatch = path.endsWith(".patch");
  for (const [index, line] of text.split("\n").entries()) {
    if (/[ \t]$/.test(line) && !isPatch) faults.push(`has a space at the end of line ${index + 1}`);
    if (line.startsWith("\t") && !path.endsWith("Caddyfile"))
      faults.push(`has a tab at the start of line ${index + 1}`);
  }
  return faults;
}

function listFaults(): readonly string[] {
  const faults: string[] = [];
  for (const line of listOutput("log", `-${commitsChecked}`, "--no-merges", "--format=%h %s")) {
    const [id = "", ...words] = line.split(" ");
    const fault = findSubjectFault(words.join(" "));
    if (fault !== null) faults.push(`The subject of commit ${id} ${fault}.`);
  }
  for (const path of listOutput("ls-files", "-co", "--exclude-standard", "--deduplicate")) {
    if (path.startsWith(fixtures) || !existsSync(join(repositoryRoot, path))) continue;
    const text = readFileSync(join(repositoryRoot, path), "utf8");
    // A file with NUL bytes is not text.
    if (text.includes("\0")) continue;
    for (const fault of findTextFaults(path, text)) faults.push(`${path} ${fault}.`);
  }
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = listFaults();
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
