import type { CliCommand } from "../command.ts";
import { pickArgument } from "../pick-argument.ts";

/** Registers `briksync keys revoke`. */
export function registerKeysRevoke(parent: CliCommand): void {
  const command: CliCommand = parent
    .command("revoke")
    .summary("Revoke keys permanently")
    .description(
      "Revoke one or more keys permanently. The server refuses all requests that use a revoked key.\n\n" +
        "The CLI shows when each key was last used and asks you to confirm by typing. Without a terminal, pass --yes. If one of the keys " +
        "cannot be found, no key is revoked. Keys that are already revoked are skipped.",
    )
    .argument("[key...]", "ID, client ID or unique name of each key. At a terminal, you can choose one")
    .examples({
      "briksync keys revoke 'CRM Integration'": "Revoke a key, after you type its name",
      "briksync keys revoke api_0123456789abcdef01234567 --yes": "Revoke a key in a script",
      "briksync keys list --unused-for 52w -o ids | xargs -r briksync keys revoke -y":
        "Revoke all keys that have been unused for a year",
    })
    .runs<[keys: readonly string[]]>(async (context, [given]) => {
      const { revokeKeys } = await import("../../keys/revoke-keys.ts");
      await pickArgument(context, command, "key", given, (_, keys) => revokeKeys(context, keys));
    });
}
