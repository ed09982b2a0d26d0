import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import { pickArgument } from "../pick-argument.ts";
import type { RunAction } from "../run-action.ts";
import { keyArgument } from "./key-argument.ts";

/** `briksync keys rename` */
export function registerKeysRename(parent: Command, run: RunAction): void {
  const command: Command = parent
    .command("rename")
    .summary("Rename a key")
    .description("Rename a key. Its secret, its IDs and its IP allowlist do not change.")
    .argument(...keyArgument)
    .argument("[name]", "New name (1 to 100 characters)")
    .action(
      run<[key?: string, name?: string]>(async (context, [given, name]) => {
        const { renameKey } = await import("../../keys/rename-key.ts");
        await pickArgument(context, command, "key", [given], (key) => renameKey(context, key, name));
      }),
    );
  addExamples(command, [["briksync keys rename 'CRM Integration' 'CRM (EU)'", "Rename a key"]]);
}
