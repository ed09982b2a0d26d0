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
    .summary("list your companies")
    .description("List the companies you belong to, your role in each, and which one you work in.")
    .action(
      run(async (context) => {
        const client = await context.client();
        const { companies, activeCompany } = await client.auth.getSession({ signal: context.signal });
        const isActive = (company: CompanyMembership): boolean => company.id === activeCompany.id;
        await printList(context, companies, {
          empty: "You belong to no company.",
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
    ["briksync companies list", "the one you work in has a star"],
    ["briksync companies list -o ids", "for scripts"],
  ]);
}
