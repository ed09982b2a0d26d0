import type { Command } from "commander";
import { findUser } from "../../domain/accounts/find-account.ts";
import {
  disableUser,
  enableUser,
  endSessions,
  type ManagedUser,
  unlinkUser,
} from "../../domain/accounts/manage-user.ts";
import { resetPassword } from "../../domain/accounts/reset-password.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import type { MembershipRecord, UserRecord, UserSummary } from "../../store/records.ts";
import type { Terminal } from "../terminal.ts";
import {
  addCommand,
  nameRole,
  printFields,
  printPassword,
  printTable,
  readPassword,
  report,
  userArgument,
} from "./operator-command.ts";

interface Options {
  readonly json?: boolean;
  readonly force?: boolean;
  readonly passwordStdin?: boolean;
}

function presentUser(user: UserRecord): Record<string, unknown> {
  const { id, email, username, firstName, lastName, mustChangePassword, disabledOn } = user;
  return { id, email, username, firstName, lastName, mustChangePassword, disabledOn };
}

function presentMemberships(memberships: readonly MembershipRecord[]): readonly object[] {
  return memberships.map(({ id, name, privilege }) => ({ id, name, privilege }));
}

function nameMemberships(memberships: readonly MembershipRecord[]): string {
  return memberships.map(({ name, privilege }) => `${name} (${nameRole(privilege)})`).join(", ");
}

function printUsers(terminal: Terminal, users: readonly UserSummary[]): void {
  const rows = users.map((user) => [
    user.email,
    user.username ?? "",
    user.disabledOn === null ? "active" : "disabled",
    nameMemberships(user.memberships),
  ]);
  printTable(terminal, ["EMAIL", "USERNAME", "STATUS", "COMPANIES"], rows);
}

async function readUser({ store }: Dependencies, text: string) {
  const user = await findUser(store, text);
  const identities = await store.identities.listIdentities(user.id);
  return { user, memberships: await store.users.listMemberships(user.id), identities };
}

function printUser(terminal: Terminal, { user, memberships, identities }: Awaited<ReturnType<typeof readUser>>): void {
  printFields(terminal, {
    ID: user.id,
    Email: user.email,
    Username: user.username ?? "–",
    Name: `${user.firstName} ${user.lastName}`,
    Status: user.disabledOn === null ? "active" : `disabled ${user.disabledOn}`,
    Password: user.mustChangePassword ? "must be changed at the next sign-in" : "set",
    Companies: nameMemberships(memberships) || "none",
    Identities: identities.map(({ provider, subject }) => `${subject} at ${provider}`).join(", ") || "none",
  });
}

function countSessions(count: number): string {
  return count === 1 ? "1 session ended." : `${count} sessions ended.`;
}

async function runReset(terminal: Terminal, text: string, options: Options): Promise<void> {
  const typed = await readPassword(terminal, options);
  return report(terminal, options, {
    work: (deps) => resetPassword(deps, text, typed),
    toJson: ({ user, generatedPassword, endedSessions }) => {
      const password = generatedPassword === null ? {} : { password: generatedPassword };
      return { ...presentUser(user), endedSessions, ...password };
    },
    print: ({ user, generatedPassword, endedSessions }) => {
      const ended = countSessions(endedSessions);
      terminal.say(`Reset the password of ${user.email}. They must change it when they sign in. ${ended}`);
      printPassword(terminal, generatedPassword);
    },
  });
}

/** Registers `users …`. */
export function registerUserCommands(users: Command, terminal: Terminal): void {
  const addForUser = (name: string, description: string): Command =>
    addCommand(users, name, description, `${name} ada@partner.com`).argument(...userArgument);
  /** Adds a command that changes a user. */
  const addChange = (
    name: string,
    description: string,
    work: (deps: Dependencies, text: string, options: Options) => Promise<ManagedUser>,
    describe: (email: string, managed: ManagedUser) => string,
  ): Command =>
    addForUser(name, description).action((text: string, options: Options) =>
      report(terminal, options, {
        work: (deps) => work(deps, text, options),
        toJson: ({ user, isChanged, endedSessions }) => ({ ...presentUser(user), isChanged, endedSessions }),
        print: (managed) => terminal.say(describe(managed.user.email, managed)),
      }),
    );

  addCommand(users, "list", "List all users with their companies and roles", "list").action((options: Options) =>
    report(terminal, options, {
      work: ({ store }) => store.users.listUsers(),
      toJson: (list) =>
        list.map(({ memberships, createdOn, ...user }) => ({
          ...presentUser(user),
          createdOn,
          companies: presentMemberships(memberships),
        })),
      print: (list) => printUsers(terminal, list),
    }),
  );
  addForUser("show", "Show a user, their companies and their identities").action((text: string, options: Options) =>
    report(terminal, options, {
      work: (deps) => readUser(deps, text),
      toJson: ({ user, memberships, identities }) => ({
        ...presentUser(user),
        companies: presentMemberships(memberships),
        identities,
      }),
      print: (details) => printUser(terminal, details),
    }),
  );
  addChange(
    "disable",
    "Disable a user and end all their sessions\n\n" +
      "The user cannot sign in anymore. Open sessions and refresh tokens stop working with the next request.\n" +
      "API keys keep working, because they belong to the company.",
    (deps, text, { force = false }) => disableUser(deps, text, force),
    (email, { isChanged, endedSessions }) =>
      isChanged ? `Disabled ${email}. ${countSessions(endedSessions)}` : `${email} is already disabled.`,
  ).option("--force", "Continue even if a company loses its last active Super Admin");
  addChange(
    "enable",
    "Enable a disabled user\n\nThe user can sign in again. Sessions that were ended stay ended.",
    enableUser,
    (email, { isChanged }) => (isChanged ? `Enabled ${email}.` : `${email} is not disabled.`),
  );
  addForUser(
    "reset-password",
    "Reset the password of a user and end all their sessions\n\n" +
      "The command generates a password and prints it once. The user must change it when they sign in.",
  )
    .option("--password-stdin", "Read the password from stdin instead of generating one")
    .action((text: string, options: Options) => runReset(terminal, text, options));
  addChange(
    "end-sessions",
    "End all sessions of a user\n\nThe user can sign in again with the same password.",
    endSessions,
    (email, { endedSessions }) => `${email}: ${countSessions(endedSessions)}`,
  );
  addChange(
    "unlink",
    "Unlink a user from their account at the identity provider\n\n" +
      "All their sessions end. The server then links the next account of the provider that has the user's email address.",
    unlinkUser,
    (email, { isChanged, endedSessions }) =>
      isChanged
        ? `Unlinked ${email}. ${countSessions(endedSessions)}`
        : `${email} is not linked to an account at an identity provider.`,
  );
}
