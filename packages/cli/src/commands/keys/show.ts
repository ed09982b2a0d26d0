import type { CliCommand } from "../command.ts";
import { keyArgument, pickArgument } from "../pick-argument.ts";

/** Registers `briksync keys show`. */
export function registerKeysShow(parent: CliCommand): void {
  const command: CliCommand = parent
    .command("show")
    .summary("Show a key")
    .description("Show a key: its IDs, its last use and its IP allowlist. The server never shows the secret again.")
    .argument(...keyArgument)
    .examples({
      "briksync keys show 'CRM Integration'": "Show a key by its name",
      "briksync keys show api_0123456789abcdef01234567 -o json": "Print a key as JSON, by its client ID",
    })
    .runs<[key?: string]>(async (context, [given]) => {
      const { showKey } = await import("../../keys/show-key.ts");
      await pickArgument(context, command, "key", [given], (key) => showKey(context, key));
    });
}
