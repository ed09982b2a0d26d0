import type { CliCommand } from "../command.ts";
import { keyArgument, pickArgument } from "../pick-argument.ts";

/** Registers `briksync keys rename`. */
export function registerKeysRename(parent: CliCommand): void {
  const command: CliCommand = parent
    .command("rename")
    .summary("Rename a key")
    .description("Rename a key. Its secret, its IDs and its IP allowlist do not change.")
    .argument(...keyArgument)
    .argument("[name]", "New name (1 to 100 characters)")
    .examples({ "briksync keys rename 'CRM Integration' 'CRM (EU)'": "Rename a key" })
    .runs<[key?: string, name?: string]>(async (context, [given, name]) => {
      const { renameKey } = await import("../../keys/rename-key.ts");
      await pickArgument(context, command, "key", [given], (key) => renameKey(context, key, name));
    });
}
