import type { CliCommand } from "./command.ts";
import { pickArgument } from "./pick-argument.ts";

/** Registers `briksync companies list` and `use`. */
export function registerCompanies(parent: CliCommand): void {
  parent
    .command("list")
    .alias("ls")
    .summary("List your companies")
    .description("List your companies with your role in each. A star marks the company that you work in.")
    .examples({
      "briksync companies list": "List your companies",
      "briksync companies list -o ids": "Print one company ID per line",
    })
    .runs(async (context) => (await import("../session/companies.ts")).listCompanies(context));

  const use: CliCommand = parent
    .command("use")
    .summary("Switch to another company")
    .description("Switch to another company. The CLI replaces the stored session with a session of that company.")
    .argument("[company]", "Name or ID of the company. At a terminal, you can choose one")
    .examples({ "briksync companies use 'Acme Corp'": "Switch to a company by its name" })
    .runs<[company?: string]>(async (context, [given]) => {
      const { useCompany } = await import("../session/companies.ts");
      await pickArgument(context, use, "company", [given], (company) => useCompany(context, company));
    });
}
