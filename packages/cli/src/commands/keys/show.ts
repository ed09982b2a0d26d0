import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import { pickArgument } from "../pick-argument.ts";
import type { RunAction } from "../run-action.ts";
import { keyArgument } from "./key-argument.ts";

/** `briksync keys show` */
export function registerKeysShow(parent: Command, run: RunAction): void {
  const command: Command = parent
    .command("show")
    .summary("Show a key")
    .description("Show a key: its IDs, its last use and its IP allowlist. The server never shows the secret again.")
    .argument(...keyArgument)
    .action(
      run<[key?: string]>(async (context, [given]) => {
        const { showKey } = await import("../../keys/show-key.ts");
        await pickArgument(context, command, "key", [given], (key) => showKey(context, key));
      }),
    );
  addExamples(command, [
    ["briksync keys show 'CRM Integration'", "Show a key by its name"],
    ["briksync keys show api_0123456789abcdef01234567 -o json", "Print a key as JSON, by its client ID"],
  ]);
}
