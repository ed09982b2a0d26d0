import type { Command } from "commander";

/** Adds the options that select what is shown of a list. `searched` says where `--search` looks. */
export function addListOptions(command: Command, searched: string): Command {
  return command
    .option("--search <text>", `Show only entries that contain all these words in ${searched}`)
    .option("--sort <field>", "Sort by this field. Add :desc for the reverse order, such as createdOn:desc")
    .option("--fields <fields>", "Print only these fields, separated by commas");
}
