import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import type { RunAction } from "../run-action.ts";
import { keyArgument } from "./key-argument.ts";

/** `briksync keys rename` */
export function registerKeysRename(parent: Command, run: RunAction): void {
  const command = parent
    .command("rename")
    .summary("Rename a key")
    .description("Rename a key. Its secret, its IDs and its IP allowlist do not change.")
    .argument(...keyArgument)
    .argument("<name>", "New name (1 to 100 characters)")
    .action(
      run<[key: string, name: string]>(async (context, [key, name]) =>
        (await import("../../keys/rename-key.ts")).renameKey(context, key, name),
      ),
    );
  addExamples(command, [["briksync keys rename 'CRM Integration' 'CRM (EU)'", "Rename a key"]]);
}
