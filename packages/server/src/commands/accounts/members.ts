import type { Command } from "commander";
import type { Privilege } from "../../domain/access.ts";
import { addMember, type ManagedMembership, removeMember, setRole } from "../../domain/accounts/manage-membership.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import type { Terminal } from "../terminal.ts";
import { withDependencies } from "../with-dependencies.ts";
import { nameRole, parseRole } from "./roles.ts";

interface Options {
  readonly role?: Privilege;
  readonly force?: boolean;
  readonly json?: boolean;
}

async function change(
  terminal: Terminal,
  options: Options,
  work: (deps: Dependencies) => Promise<ManagedMembership>,
  describe: (managed: ManagedMembership) => string,
): Promise<void> {
  const managed = await withDependencies(terminal, work, { mustExist: true });
  if (options.json !== true) {
    terminal.say(describe(managed));
    return;
  }
  const { user, company, before, after, endedSessions } = managed;
  terminal.print(
    JSON.stringify({
      userId: user.id,
      email: user.email,
      companyId: company.id,
      companyName: company.name,
      privilege: after,
      previousPrivilege: before,
      isChanged: before !== after,
      endedSessions,
    }),
  );
}

function describeRole({ user, company, before, after }: ManagedMembership): string {
  const role = after === null ? "" : nameRole(after);
  if (before === after) return `${user.email} is already ${role} of ${company.name}.`;
  return before === null
    ? `Added ${user.email} to ${company.name} as ${role}.`
    : `${user.email} is now ${role} of ${company.name}.`;
}

/** Registers `members …`. */
export function registerMemberCommands(members: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  const run = async (work: Promise<void>): Promise<void> => {
    await work;
    finish(0);
  };
  const user = ["<user>", "ID, email address or username"] as const;
  const company = ["<company>", "ID or name"] as const;
  const json = ["--json", "Print JSON"] as const;
  const force = ["--force", "Continue even if the company loses its last active Super Admin"] as const;

  members
    .command("add")
    .description("Add an existing user to a company")
    .argument(...user)
    .argument(...company)
    .argument("[role]", "Role: super-admin, admin or member (default: member)", parseRole)
    .option("--role <role>", "Same as [role]", parseRole)
    .option(...json)
    .addHelpText("after", '\nExample:\n  briksync-server members add ada@partner.com "Acme Corp" admin')
    .action((login: string, name: string, role: Privilege | undefined, options: Options) =>
      run(
        change(
          terminal,
          options,
          (deps) => addMember(deps, { user: login, company: name }, role ?? options.role ?? 3),
          describeRole,
        ),
      ),
    );
  members
    .command("set-role")
    .description("Change the role of a member")
    .argument(...user)
    .argument(...company)
    .argument("[role]", "Role: super-admin, admin or member", parseRole)
    .option("--role <role>", "Same as [role]", parseRole)
    .option(...force)
    .option(...json)
    .addHelpText("after", '\nExample:\n  briksync-server members set-role ada@partner.com "Acme Corp" super-admin')
    .action((login: string, name: string, given: Privilege | undefined, options: Options, command: Command) => {
      const role = given ?? options.role;
      if (role === undefined) command.error("error: missing required argument 'role'");
      return run(
        change(
          terminal,
          options,
          (deps) => setRole(deps, { user: login, company: name }, role, options.force === true),
          describeRole,
        ),
      );
    });
  members
    .command("remove")
    .summary("Remove a member from a company")
    .description(
      "Remove a member from a company\n\n" +
        "Their sessions in this company stop working with the next request. Their other memberships do not change.",
    )
    .argument(...user)
    .argument(...company)
    .option(...force)
    .option(...json)
    .addHelpText("after", '\nExample:\n  briksync-server members remove ada@partner.com "Acme Corp"')
    .action((login: string, name: string, options: Options) =>
      run(
        change(
          terminal,
          options,
          (deps) => removeMember(deps, { user: login, company: name }, options.force === true),
          (managed) => `Removed ${managed.user.email} from ${managed.company.name}.`,
        ),
      ),
    );
}
