import type { Command } from "commander";
import type { CreateOptions } from "../../keys/create-key.ts";
import { addExamples } from "../examples.ts";
import { collect } from "../parse-options.ts";
import type { RunAction } from "../run-action.ts";
import { secretOnlyOption } from "./secret-only-option.ts";
import { addSinkHelp, addSinkOptions } from "./sink-options.ts";

/** `briksync keys create` */
export function registerKeysCreate(parent: Command, run: RunAction): void {
  const command = parent
    .command("create")
    .summary("make a new key; its secret is shown once")
    .description(
      "Make a new key. Its secret is shown only now: on a terminal in a frame, with --secret-only alone, with -o json as clientSecret. With --to it " +
        "is handed over instead and never shown: every place is looked at before the key is made. A run that was cut off recovers key and secret " +
        "when it is repeated within 24 hours.",
    )
    .argument("<name>", "what the key is for, such as 'CRM Integration'")
    .option(
      "--allow-ip <cidr>",
      "only this address or network may use it (repeatable; none: every address may)",
      collect,
    )
    .option(...secretOnlyOption);
  addSinkOptions(command, "Replace a file or variable that exists. Without it, such a destination is refused").action(
    run<[name: string], CreateOptions>(async (context, [name], options) =>
      (await import("../../keys/create-key.ts")).createKey(context, name, options),
    ),
  );
  addSinkHelp(command);
  addExamples(command, [
    ["briksync keys create 'CRM Integration'", "shows the secret in a frame"],
    ["briksync keys create 'CRM Integration' --allow-ip 203.0.113.0/24", "restricted from the start"],
    ["SECRET=$(briksync keys create 'CRM Integration' --secret-only)", "into a variable"],
    ["briksync keys create 'CRM Integration' -o json > key.json", "with ids; briksync keys verify < key.json reads it"],
    ["briksync keys create CRM --to env:.env#CRM_KEY,CRM_ID", "into a dotenv file, with the client id"],
    ["briksync keys create CRM --to github:acme/web#CRM_KEY --to file:crm.key", "into several places"],
  ]);
}
