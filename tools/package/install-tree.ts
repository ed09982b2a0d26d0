import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { completionScripts } from "../../packages/cli/src/completion/scripts.ts";
import { repositoryRoot } from "../paths.ts";

const manFolder = join(repositoryRoot, "packages/cli/man");

/** Returns the man pages by their file names. */
export function readManPages(): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(manFolder)
      .sort()
      .map((name) => [name, readFileSync(join(manFolder, name), "utf8")]),
  );
}

/** The completion script of each shell, by the path below `share` where the shell looks for it. */
export const completionFiles: Readonly<Record<string, string>> = {
  "bash-completion/completions/briksync": completionScripts.bash,
  "zsh/vendor-completions/_briksync": completionScripts.zsh,
  "fish/vendor_completions.d/briksync.fish": completionScripts.fish,
};

/** Returns the license of briksync. */
export function readLicense(): string {
  return readFileSync(join(repositoryRoot, "LICENSE"), "utf8");
}
