import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import type { RunAction } from "../run-action.ts";

/** `briksync companies use` */
export function registerCompaniesUse(parent: Command, run: RunAction): void {
  const command = parent
    .command("use")
    .summary("work in another company")
    .description("Work in another company from now on. The session is replaced by one of that company.")
    .argument("<company>", "its name or id")
    .action(
      run<[company: string]>(async (context, [company]) =>
        (await import("../../session/use-company.ts")).useCompany(context, company),
      ),
    );
  addExamples(command, [["briksync companies use 'Acme Corp'", "by name"]]);
}
