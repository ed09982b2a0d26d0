import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import type { RunAction } from "../run-action.ts";
import { keyArgument } from "./key-argument.ts";

/** `briksync keys show` */
export function registerKeysShow(parent: Command, run: RunAction): void {
  const command = parent
    .command("show")
    .summary("show one key")
    .description("Show one key: its ids, when and from where it was last used, and who may use it. Never its secret.")
    .argument(...keyArgument)
    .action(
      run<[key: string]>(async (context, [key]) => (await import("../../keys/show-key.ts")).showKey(context, key)),
    );
  addExamples(command, [
    ["briksync keys show 'CRM Integration'", "by name"],
    ["briksync keys show api_0123456789abcdef01234567 -o json", "by client id, for programs"],
  ]);
}
