import type { CompanyMembership } from "@briksync/sdk";
import type { Command } from "commander";
import { namePrivilege } from "../../session/select-company.ts";
import { printList } from "../../terminal/print-list.ts";
import { addExamples } from "../examples.ts";
import type { RunAction } from "../run-action.ts";

/** `briksync companies list` */
export function registerCompaniesList(parent: Command, run: RunAction): void {
  const command = parent
    .command("list")
    .alias("ls")
    .summary("List your companies")
    .description("List your companies with your role in each. A star marks the company that you work in.")
    .action(
      run(async (context) => {
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
      }),
    );
  addExamples(command, [
    ["briksync companies list", "List your companies"],
    ["briksync companies list -o ids", "Print one company ID per line"],
  ]);
}
