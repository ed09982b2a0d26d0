import type { CompanyMembership } from "@briksync/sdk";
import { namePrivilege } from "../session/select-company.ts";
import { printList } from "../terminal/print-list.ts";
import type { CliCommand } from "./command.ts";
import { pickArgument } from "./pick-argument.ts";

/** `briksync companies list` and `use` */
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
    .runs(async (context) => {
      const client = await context.client();
      const { companies, activeCompany } = await client.auth.getSession({ signal: context.signal });
      const isActive = (company: CompanyMembership): boolean => company.id === activeCompany.id;
      await printList(context, companies, {
        empty: "You do not belong to any company.",
        nouns: ["company", "companies"],
        id: (company) => company.id,
        toJson: (company) => ({ ...company, active: isActive(company) }),
        columns: [
          { header: "", field: "active", value: isActive, show: (company) => (isActive(company) ? "*" : "") },
          { header: "NAME", field: "name", value: (company) => company.name, widthMin: 12 },
          {
            header: "ROLE",
            field: "privilege",
            value: (company) => company.privilege,
            show: (company) => namePrivilege(company.privilege),
          },
          { header: "ID", field: "id", value: (company) => company.id },
        ],
      });
    });

  const use: CliCommand = parent
    .command("use")
    .summary("Switch to another company")
    .description("Switch to another company. The CLI replaces the stored session with a session of that company.")
    .argument("[company]", "Name or ID of the company. At a terminal, you can choose one")
    .examples({ "briksync companies use 'Acme Corp'": "Switch to a company by its name" })
    .runs<[company?: string]>(async (context, [given]) => {
      const { useCompany } = await import("../session/use-company.ts");
      await pickArgument(context, use, "company", [given], (company) => useCompany(context, company));
    });
}
