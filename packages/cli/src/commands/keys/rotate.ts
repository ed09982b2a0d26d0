import type { Command } from "commander";
import { addExamples } from "../../examples.ts";
import type { SecretOptions } from "../../keys/print-secret.ts";
import type { RunAction } from "../../run-action.ts";
import { keyArgument } from "./key-argument.ts";
import { secretOnlyOption } from "./secret-only-option.ts";

/** `briksync keys rotate` */
export function registerKeysRotate(parent: Command, run: RunAction): void {
  const command = parent
    .command("rotate")
    .summary("replace a key's secret; the old one stops at once")
    .description(
      "Replace a key's secret. The old one stops working immediately, so whoever uses it is refused until it has the new one. " +
        "Says when and from where the key was last used and asks first; without a terminal --yes is needed. The new secret is shown only now; " +
        "a run that was cut off before recovers it when it is repeated within 24 hours.",
    )
    .argument(...keyArgument)
    .option(...secretOnlyOption)
    .action(
      run<[key: string], SecretOptions>(async (context, [key], options) =>
        (await import("../../keys/rotate-key.ts")).rotateKey(context, key, options),
      ),
    );
  addExamples(command, [
    ["briksync keys rotate 'CRM Integration'", "asks, then shows the new secret"],
    ["SECRET=$(briksync keys rotate 'CRM Integration' --yes --secret-only)", "in a script"],
  ]);
}
