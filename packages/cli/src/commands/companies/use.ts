import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import { pickArgument } from "../pick-argument.ts";
import type { RunAction } from "../run-action.ts";

/** `briksync companies use` */
export function registerCompaniesUse(parent: Command, run: RunAction): void {
  const command: Command = parent
    .command("use")
    .summary("Switch to another company")
    .description("Switch to another company. The CLI replaces the stored session with a session of that company.")
    .argument("[company]", "Name or ID of the company. At a terminal, you can choose one")
    .action(
      run<[company?: string]>(async (context, [given]) => {
        const { useCompany } = await import("../../session/use-company.ts");
        await pickArgument(context, command, "company", [given], (company) => useCompany(context, company));
      }),
    );
  addExamples(command, [["briksync companies use 'Acme Corp'", "Switch to a company by its name"]]);
}
