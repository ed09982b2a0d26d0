import type { AllowIpOptions } from "../../keys/allowlist/change-allowlist.ts";
import type { CliCommand } from "../command.ts";
import { collect } from "../parse-options.ts";
import { keyArgument, pickArgument } from "../pick-argument.ts";

/** Registers `briksync keys allow-ip`. */
export function registerKeysAllowIp(parent: CliCommand): void {
  const command: CliCommand = parent
    .command("allow-ip")
    .summary("Restrict a key to IP addresses")
    .description(
      "Restrict a key to IP addresses.\n\n" +
        "Adds IP addresses or networks to the allowlist of the key and prints the result. A key without an allowlist accepts every address. " +
        "After you add the first entry, it accepts only the listed addresses.\n\n" +
        "The CLI asks for confirmation before it saves a list that may exclude your own address, and before it removes the last entry. " +
        "Without a terminal, pass --yes.",
    )
    .argument(...keyArgument)
    .argument("[cidr...]", "IP addresses or networks, such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32")
    .option("--me", "Add your own IP address, as the server sees it")
    .option("--note <text>", "Note to store with the added entries")
    .option("--expires <when>", "When the added entries expire: a duration (2h) or a time (2026-12-31T18:00Z)")
    .option("--shorten", "Also set an earlier expiry on entries that exist. By default, the later one stays")
    .option("--remove <cidr>", "Remove an IP address or network (repeatable)", collect)
    .option(
      "--list",
      "Print the allowlist without changing it. Expired entries allow no address, but they still restrict the key",
    )
    .examples({
      "briksync keys allow-ip CRM 203.0.113.0/24 --me --note 'data center'": "Allow a network and your own address",
      "briksync keys allow-ip CRM --me --expires 2h --note 'CI run 4711'": "Allow your own address for two hours",
      "briksync keys allow-ip CRM 203.0.113.7 --expires 1h --shorten": "Let an entry expire earlier",
      "briksync keys allow-ip CRM --remove 203.0.113.0/24": "Remove a network",
      "briksync keys allow-ip CRM --list -o json": "Print the allowlist as JSON",
    })
    .runs<[key: string | undefined, cidrs: readonly string[]], AllowIpOptions>(
      async (context, [given, cidrs], options) => {
        const { changeAllowlist } = await import("../../keys/allowlist/change-allowlist.ts");
        await pickArgument(context, command, "key", [given], (key) => changeAllowlist(context, key, cidrs, options));
      },
    );
}
