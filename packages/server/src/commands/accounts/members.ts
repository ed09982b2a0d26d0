import type { Command } from "commander";
import type { Privilege } from "../../domain/access.ts";
import { addMember, type ManagedMembership, removeMember, setRole } from "../../domain/accounts/manage-membership.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import type { Terminal } from "../terminal.ts";
import { addCommand, companyArgument, nameRole, parseRole, report, userArgument } from "./operator-command.ts";

interface Options {
  readonly role?: Privilege;
  readonly force?: boolean;
  readonly json?: boolean;
}

function presentMembership({ user, company, before, after, endedSessions }: ManagedMembership): object {
  return {
    userId: user.id,
    email: user.email,
    companyId: company.id,
    companyName: company.name,
    privilege: after,
    previousPrivilege: before,
    isChanged: before !== after,
    endedSessions,
  };
}

function describeRole({ user, company, before, after }: ManagedMembership): string {
  const role = after === null ? "" : nameRole(after);
  if (before === after) return `${user.email} is already ${role} of ${company.name}.`;
  return before === null
    ? `Added ${user.email} to ${company.name} as ${role}.`
    : `${user.email} is now ${role} of ${company.name}.`;
}

/** Registers `members …`. */
export function registerMemberCommands(members: Command, terminal: Terminal): void {
  const force = ["--force", "Continue even if the company loses its last active Super Admin"] as const;
  const change = (
    options: Options,
    work: (deps: Dependencies) => Promise<ManagedMembership>,
    describe: (managed: ManagedMembership) => string,
  ): Promise<void> =>
    report(terminal, options, { work, toJson: presentMembership, print: (managed) => terminal.say(describe(managed)) });

  addCommand(members, "add", "Add an existing user to a company", 'add ada@partner.com "Acme Corp" admin')
    .argument(...userArgument)
    .argument(...companyArgument)
    .argument("[role]", "Role: super-admin, admin or member (default: member)", parseRole)
    .option("--role <role>", "Same as [role]", parseRole)
    .action((user: string, company: string, given: Privilege | undefined, options: Options) => {
      const role = given ?? options.role ?? 3;
      return change(options, (deps) => addMember(deps, { user, company }, role), describeRole);
    });
  addCommand(members, "set-role", "Change the role of a member", 'set-role ada@partner.com "Acme Corp" super-admin')
    .argument(...userArgument)
    .argument(...companyArgument)
    .argument("[role]", "Role: super-admin, admin or member", parseRole)
    .option("--role <role>", "Same as [role]", parseRole)
    .option(...force)
    .action((user: string, company: string, given: Privilege | undefined, options: Options, command: Command) => {
      const role = given ?? options.role;
      if (role === undefined) command.error("error: missing required argument 'role'");
      return change(options, (deps) => setRole(deps, { user, company }, role, options.force === true), describeRole);
    });
  addCommand(
    members,
    "remove",
    "Remove a member from a company\n\n" +
      "Their sessions in this company stop working with the next request. Their other memberships do not change.",
    'remove ada@partner.com "Acme Corp"',
  )
    .argument(...userArgument)
    .argument(...companyArgument)
    .option(...force)
    .action((user: string, company: string, options: Options) =>
      change(
        options,
        (deps) => removeMember(deps, { user, company }, options.force === true),
        (managed) => `Removed ${managed.user.email} from ${managed.company.name}.`,
      ),
    );
}
