import { Argument, type Command } from "commander";
import { type Plan, plans } from "../../domain/access.ts";
import { findCompany } from "../../domain/accounts/find-account.ts";
import { type ManagedPlan, renameCompany, setPlan } from "../../domain/accounts/manage-company.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import type { CompanySummary, MemberRecord } from "../../store/records.ts";
import type { Terminal } from "../terminal.ts";
import { addCommand, companyArgument, nameRole, printFields, printTable, report } from "./operator-command.ts";

interface Options {
  readonly clear?: boolean;
  readonly json?: boolean;
}

function printCompanies(terminal: Terminal, companies: readonly CompanySummary[]): void {
  const rows = companies.map(({ name, plan, planFloor, members, activeKeys, id }) => [
    name,
    plan,
    planFloor ?? "",
    String(members),
    String(activeKeys),
    id,
  ]);
  printTable(terminal, ["NAME", "PLAN", "AT LEAST", "MEMBERS", "ACTIVE KEYS", "ID"], rows);
}

type CompanyWithMembers = Omit<CompanySummary, "members"> & { readonly members: readonly MemberRecord[] };

async function readCompany({ store }: Dependencies, text: string): Promise<CompanyWithMembers> {
  const { id } = await findCompany(store, text);
  const company = (await store.companies.list()).find((candidate) => candidate.id === id);
  if (company === undefined) throw new Error(`The company ${id} was just removed`);
  return { ...company, members: await store.companies.listMembers(id) };
}

function printCompany(terminal: Terminal, { members, ...company }: CompanyWithMembers): void {
  printFields(terminal, {
    ID: company.id,
    Name: company.name,
    Plan:
      company.planFloor === null ? company.plan : `${company.plan} (at least ${company.planFloor}, set by an operator)`,
    "Active keys": String(company.activeKeys),
    Created: company.createdOn,
    Members: String(members.length),
  });
  if (members.length === 0) return;
  terminal.print("");
  const rows = members.map(({ email, privilege, disabledOn }) => [
    email,
    nameRole(privilege),
    disabledOn === null ? "active" : "disabled",
  ]);
  printTable(terminal, ["EMAIL", "ROLE", "STATUS"], rows);
}

function describePlan({ before, after, floor, paidPlan }: ManagedPlan): string {
  const change = before.plan === after.plan ? `keeps the plan ${after.plan}` : `now has the plan ${after.plan}`;
  if (floor === null) return `${after.name} ${change}. Billing now controls the plan.`;
  const reason = floor === after.plan ? "" : ` Its subscription includes ${paidPlan}.`;
  return `${after.name} ${change}.${reason} Billing can raise the plan, but never lower it below ${floor}.`;
}

function presentPlan({ before, after, floor, paidPlan }: ManagedPlan): object {
  const { id, name, plan } = after;
  return { id, name, plan, previousPlan: before.plan, planFloor: floor, paidPlan };
}

/** Registers `companies …`. */
export function registerCompanyCommands(companies: Command, terminal: Terminal): void {
  addCommand(companies, "list", "List all companies with their plans", "list").action((options: Options) =>
    report(terminal, options, {
      work: ({ store }) => store.companies.list(),
      print: (list) => printCompanies(terminal, list),
    }),
  );
  addCommand(companies, "show", "Show a company and its members", 'show "Acme Corp"')
    .argument(...companyArgument)
    .action((text: string, options: Options) =>
      report(terminal, options, {
        work: (deps) => readCompany(deps, text),
        print: (company) => printCompany(terminal, company),
      }),
    );
  addCommand(companies, "rename", "Rename a company", 'rename "Acme Corp" "Acme Corporation"')
    .argument(...companyArgument)
    .argument("<name>", "New name")
    .action((text: string, newName: string, options: Options) =>
      report(terminal, options, {
        work: (deps) => renameCompany(deps, text, newName),
        toJson: ({ before, after: { id, name } }) => ({
          id,
          name,
          previousName: before.name,
          isChanged: before.name !== name,
        }),
        print: ({ before, after: { name } }) => {
          const isChanged = before.name !== name;
          terminal.say(isChanged ? `Renamed ${before.name} to ${name}.` : `The company already has the name ${name}.`);
        },
      }),
    );
  addCommand(
    companies,
    "set-plan",
    "Set the plan of a company\n\n" +
      "Billing can raise this plan but never lower it. With --clear, billing alone controls the plan again.",
    'set-plan "Acme Corp" BUSINESS',
    'set-plan "Acme Corp" --clear',
  )
    .argument(...companyArgument)
    .addArgument(new Argument("[plan]", "plan").choices([...plans]))
    .option("--clear", "Let billing control the plan again")
    .action((text: string, plan: Plan | undefined, options: Options, command: Command) => {
      if ((plan === undefined) !== (options.clear === true)) command.error("error: pass either a plan or --clear");
      const work = (deps: Dependencies): Promise<ManagedPlan> => setPlan(deps, text, plan ?? null);
      return report(terminal, options, {
        work,
        toJson: presentPlan,
        print: (managed) => terminal.say(describePlan(managed)),
      });
    });
}
