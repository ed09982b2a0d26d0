import type { Command } from "commander";
import type { AllowIpOptions } from "../../keys/allowlist/change-allowlist.ts";
import { addExamples } from "../examples.ts";
import { collect } from "../parse-options.ts";
import type { RunAction } from "../run-action.ts";
import { keyArgument } from "./key-argument.ts";

/** `briksync keys allow-ip` */
export function registerKeysAllowIp(parent: Command, run: RunAction): void {
  const command = parent
    .command("allow-ip")
    .summary("restrict a key to addresses, or lift that")
    .description(
      "Restrict a key to addresses and networks. The first one shuts every other address out; without any, every address may use the key. " +
        "Asks before it saves a list that excludes the address you are calling from, and before the last entry goes; without a terminal " +
        "that needs --yes. Prints the list that comes out.",
    )
    .argument(...keyArgument)
    .argument("[cidr...]", "addresses or networks to allow: 203.0.113.7, 203.0.113.0/24, 2001:db8::/32")
    .option("--me", "allow the address you are calling from, as the server sees it")
    .option("--note <text>", "what the added addresses are")
    .option("--expires <when>", "until when they may: a duration such as 2h, or a time such as 2026-12-31T18:00Z")
    .option("--remove <cidr>", "take an address or network off the list (repeatable)", collect)
    .option("--list", "only show the list; expired entries match nobody but keep it restrictive")
    .action(
      run<[key: string, cidrs: readonly string[]], AllowIpOptions>(async (context, [key, cidrs], options) =>
        (await import("../../keys/allowlist/change-allowlist.ts")).changeAllowlist(context, key, cidrs, options),
      ),
    );
  addExamples(command, [
    ["briksync keys allow-ip CRM 203.0.113.0/24 --me --note 'data center'", "a network, and your own address"],
    ["briksync keys allow-ip CRM --me --expires 2h --note 'CI run 4711'", "from here, for two hours"],
    ["briksync keys allow-ip CRM --remove 203.0.113.0/24", "no longer from there"],
    ["briksync keys allow-ip CRM --list -o json", "who may, for programs"],
  ]);
}
