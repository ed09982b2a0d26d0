import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import type { RunAction } from "../run-action.ts";
import { keyArgument } from "./key-argument.ts";

/** `briksync keys revoke` */
export function registerKeysRevoke(parent: Command, run: RunAction): void {
  const [, meaning] = keyArgument;
  const command = parent
    .command("revoke")
    .summary("end keys for good")
    .description(
      "End keys for good; all their requests are refused from then on. Says when and from where each was last used, and has you type its " +
        "name; without a terminal --yes is needed. Nothing is revoked unless every key was found; a key that is revoked already is fine.",
    )
    .argument("<key...>", `for each key ${meaning}`)
    .action(
      run<[keys: readonly string[]]>(async (context, [keys]) =>
        (await import("../../keys/revoke-keys.ts")).revokeKeys(context, keys),
      ),
    );
  addExamples(command, [
    ["briksync keys revoke 'CRM Integration'", "asks for the name"],
    ["briksync keys revoke api_0123456789abcdef01234567 --yes", "in a script"],
    ["briksync keys list --unused-for 52w -o ids | xargs -r briksync keys revoke -y", "clean up"],
  ]);
}
