import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import type { RunAction } from "../run-action.ts";
import { keyArgument } from "./key-argument.ts";

/** `briksync keys show` */
export function registerKeysShow(parent: Command, run: RunAction): void {
  const command = parent
    .command("show")
    .summary("Show a key")
    .description("Show a key: its IDs, its last use and its IP allowlist. The server never shows the secret again.")
    .argument(...keyArgument)
    .action(
      run<[key: string]>(async (context, [key]) => (await import("../../keys/show-key.ts")).showKey(context, key)),
    );
  addExamples(command, [
    ["briksync keys show 'CRM Integration'", "Show a key by its name"],
    ["briksync keys show api_0123456789abcdef01234567 -o json", "Print a key as JSON, by its client ID"],
  ]);
}
