import type { CreateOptions } from "../../keys/create-key.ts";
import { formatSinkHelp } from "../../sinks/sink-forms.ts";
import type { CliCommand } from "../command.ts";
import { collect } from "../parse-options.ts";

/** Registers `briksync keys create`. */
export function registerKeysCreate(parent: CliCommand): void {
  parent
    .command("create")
    .summary("Create an API key")
    .description(
      "Create an API key.\n\n" +
        'By default, the CLI shows the secret once. Use --secret-only in scripts. With -o json, the secret is in "clientSecret". To recover ' +
        "from an interrupted run, run the same command again within 24 hours on the same machine. It returns the same key and secret.\n\n" +
        "With --to, the CLI delivers the secret to each destination and does not show it. It checks all destinations before it creates " +
        "the key.",
    )
    .argument("<name>", "Name of the key, such as 'CRM Integration' (1 to 100 characters)")
    .option("--allow-ip <cidr>", "Allow only this IP address or network (repeatable; default: any address)", collect)
    .deliveryOptions(
      "Deliver the secret here instead of showing it (repeatable; see below)",
      "Replace existing files and variables. Without this option, the CLI refuses to replace them",
    )
    .option("--secret-only", "Print only the secret to stdout")
    .addHelpText("after", `\n${formatSinkHelp()}`)
    .examples({
      "briksync keys create 'CRM Integration'": "Create a key and show its secret",
      "briksync keys create 'CRM Integration' --allow-ip 203.0.113.0/24":
        "Restrict the key to one network from the start",
      "SECRET=$(briksync keys create 'CRM Integration' --secret-only)": "Store the secret in a shell variable",
      "briksync keys create 'CRM Integration' -o json > key.json": "Save the key and its secret as JSON",
      "briksync keys create CRM --to env:.env#CRM_KEY,CRM_ID": "Write the secret and the client ID to a dotenv file",
      "briksync keys create CRM --to github:acme/web#CRM_KEY --to file:crm.key":
        "Deliver the secret to two destinations",
    })
    .runs<[name: string], CreateOptions>(async (context, [name], options) =>
      (await import("../../keys/create-key.ts")).createKey(context, name, options),
    );
}
