import { Argument, type Command } from "commander";
import { type Plan, plans } from "../../domain/access.ts";
import { findCompany } from "../../domain/accounts/find-account.ts";
import { type ManagedPlan, renameCompany, setPlan } from "../../domain/accounts/manage-company.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { printFields, printTable } from "../print-table.ts";
import type { Terminal } from "../terminal.ts";
import { withDependencies } from "../with-dependencies.ts";
import { nameRole } from "./roles.ts";

interface Options {
  readonly clear?: boolean;
  readonly json?: boolean;
}

async function listCompanies(terminal: Terminal, options: Options): Promise<void> {
  const companies = await withDependencies(terminal, ({ store }) => store.companies.list(), { mustExist: true });
  if (options.json === true) {
    terminal.print(JSON.stringify(companies));
    return;
  }
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

async function showCompany(terminal: Terminal, text: string, options: Options): Promise<void> {
  const read = async ({ store }: Dependencies) => {
    const { id } = await findCompany(store, text);
    const company = (await store.companies.list()).find((candidate) => candidate.id === id);
    return { company, members: await store.companies.listMembers(id) };
  };
  const { company, members } = await withDependencies(terminal, read, { mustExist: true });
  if (company === undefined) return;
  if (options.json === true) {
    terminal.print(JSON.stringify({ ...company, members }));
    return;
  }
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

async function runRename(terminal: Terminal, text: string, name: string, options: Options): Promise<void> {
  const work = (deps: Dependencies) => renameCompany(deps, text, name);
  const { before, after } = await withDependencies(terminal, work, { mustExist: true });
  if (options.json === true) {
    const isChanged = before.name !== after.name;
    terminal.print(JSON.stringify({ id: after.id, name: after.name, previousName: before.name, isChanged }));
  } else if (before.name === after.name) terminal.say(`The company already has the name ${after.name}.`);
  else terminal.say(`Renamed ${before.name} to ${after.name}.`);
}

function describePlan({ before, after, floor, paidPlan }: ManagedPlan): string {
  const change = before.plan === after.plan ? `keeps the plan ${after.plan}` : `now has the plan ${after.plan}`;
  if (floor === null) return `${after.name} ${change}. Billing now controls the plan.`;
  const reason = floor === after.plan ? "" : ` Its subscription includes ${paidPlan}.`;
  return `${after.name} ${change}.${reason} Billing can raise the plan, but never lower it below ${floor}.`;
}

async function runSetPlan(terminal: Terminal, text: string, plan: Plan | null, options: Options): Promise<void> {
  const work = (deps: Dependencies) => setPlan(deps, text, plan);
  const managed = await withDependencies(terminal, work, { mustExist: true });
  if (options.json !== true) {
    terminal.say(describePlan(managed));
    return;
  }
  const { before, after, floor, paidPlan } = managed;
  terminal.print(
    JSON.stringify({
      id: after.id,
      name: after.name,
      plan: after.plan,
      previousPlan: before.plan,
      planFloor: floor,
      paidPlan,
    }),
  );
}

/** Registers `companies …`. */
export function registerCompanyCommands(
  companies: Command,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  const run = async (work: Promise<void>): Promise<void> => {
    await work;
    finish(0);
  };
  const company = ["<company>", "ID or name"] as const;
  const json = ["--json", "Print JSON"] as const;

  companies
    .command("list")
    .description("List all companies with their plans")
    .option(...json)
    .addHelpText("after", "\nExample:\n  briksync-server companies list")
    .action((options: Options) => run(listCompanies(terminal, options)));
  companies
    .command("show")
    .description("Show a company and its members")
    .argument(...company)
    .option(...json)
    .addHelpText("after", '\nExample:\n  briksync-server companies show "Acme Corp"')
    .action((text: string, options: Options) => run(showCompany(terminal, text, options)));
  companies
    .command("rename")
    .description("Rename a company")
    .argument(...company)
    .argument("<name>", "New name")
    .option(...json)
    .addHelpText("after", '\nExample:\n  briksync-server companies rename "Acme Corp" "Acme Corporation"')
    .action((text: string, name: string, options: Options) => run(runRename(terminal, text, name, options)));
  companies
    .command("set-plan")
    .summary("Set the plan of a company")
    .description(
      "Set the plan of a company\n\n" +
        "Billing can raise this plan but never lower it. With --clear, billing alone controls the plan again.",
    )
    .argument(...company)
    .addArgument(new Argument("[plan]", "plan").choices([...plans]))
    .option("--clear", "Let billing control the plan again")
    .option(...json)
    .addHelpText(
      "after",
      '\nExamples:\n  briksync-server companies set-plan "Acme Corp" BUSINESS\n' +
        '  briksync-server companies set-plan "Acme Corp" --clear',
    )
    .action((text: string, plan: Plan | undefined, options: Options, command: Command) => {
      if ((plan === undefined) !== (options.clear === true)) command.error("error: pass either a plan or --clear");
      return run(runSetPlan(terminal, text, plan ?? null, options));
    });
}
