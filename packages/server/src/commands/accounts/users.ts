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
import type { MembershipRecord, UserRecord } from "../../store/records.ts";
import { printFields, printTable } from "../print-table.ts";
import type { Terminal } from "../terminal.ts";
import { withDependencies } from "../with-dependencies.ts";
import { nameRole } from "./roles.ts";

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

const statusOf = (user: UserRecord): string => (user.disabledOn === null ? "active" : `disabled ${user.disabledOn}`);

async function listUsers(terminal: Terminal, options: Options): Promise<void> {
  const users = await withDependencies(terminal, ({ store }) => store.users.listUsers(), { mustExist: true });
  if (options.json === true) {
    const items = users.map(({ memberships, createdOn, ...user }) => ({
      ...presentUser(user),
      createdOn,
      companies: presentMemberships(memberships),
    }));
    terminal.print(JSON.stringify(items));
    return;
  }
  const rows = users.map((user) => [
    user.email,
    user.username ?? "",
    user.disabledOn === null ? "active" : "disabled",
    user.memberships.map(({ name, privilege }) => `${name} (${nameRole(privilege)})`).join(", "),
  ]);
  printTable(terminal, ["EMAIL", "USERNAME", "STATUS", "COMPANIES"], rows);
}

async function showUser(terminal: Terminal, text: string, options: Options): Promise<void> {
  const read = async ({ store }: Dependencies) => {
    const user = await findUser(store, text);
    const identities = await store.identities.listIdentities(user.id);
    return { user, memberships: await store.users.listMemberships(user.id), identities };
  };
  const { user, memberships, identities } = await withDependencies(terminal, read, { mustExist: true });
  if (options.json === true) {
    const companies = presentMemberships(memberships);
    terminal.print(JSON.stringify({ ...presentUser(user), companies, identities }));
    return;
  }
  printFields(terminal, {
    ID: user.id,
    Email: user.email,
    Username: user.username ?? "–",
    Name: `${user.firstName} ${user.lastName}`,
    Status: statusOf(user),
    Password: user.mustChangePassword ? "must be changed at the next sign-in" : "set",
    Companies: memberships.map(({ name, privilege }) => `${name} (${nameRole(privilege)})`).join(", ") || "none",
    Identities: identities.map(({ provider, subject }) => `${subject} at ${provider}`).join(", ") || "none",
  });
}

function countSessions(count: number): string {
  return count === 1 ? "1 session ended." : `${count} sessions ended.`;
}

/** Changes a user and prints the result. */
async function change(
  terminal: Terminal,
  options: Options,
  work: (deps: Dependencies) => Promise<ManagedUser>,
  describe: (managed: ManagedUser) => string,
): Promise<void> {
  const managed = await withDependencies(terminal, work, { mustExist: true });
  const { user, isChanged, endedSessions } = managed;
  if (options.json === true) terminal.print(JSON.stringify({ ...presentUser(user), isChanged, endedSessions }));
  else terminal.say(describe(managed));
}

async function runReset(terminal: Terminal, text: string, options: Options): Promise<void> {
  const typed = options.passwordStdin === true ? (await terminal.readInput()).replace(/\r?\n$/, "") : undefined;
  const work = (deps: Dependencies) => resetPassword(deps, text, typed);
  const { user, generatedPassword, endedSessions } = await withDependencies(terminal, work, { mustExist: true });
  if (options.json === true) {
    const password = generatedPassword === null ? {} : { password: generatedPassword };
    terminal.print(JSON.stringify({ ...presentUser(user), endedSessions, ...password }));
    return;
  }
  terminal.say(
    `Reset the password of ${user.email}. They must change it when they sign in. ${countSessions(endedSessions)}`,
  );
  if (generatedPassword === null) return;
  terminal.say("Password (shown only once):");
  terminal.print(generatedPassword);
}

/** Registers `users …`. */
export function registerUserCommands(users: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  const run = async (work: Promise<void>): Promise<void> => {
    await work;
    finish(0);
  };
  const json = ["--json", "Print JSON"] as const;
  const user = ["<user>", "ID, email address or username"] as const;

  users
    .command("list")
    .description("List all users with their companies and roles")
    .option(...json)
    .addHelpText("after", "\nExample:\n  briksync-server users list")
    .action((options: Options) => run(listUsers(terminal, options)));
  users
    .command("show")
    .description("Show a user, their companies and their identities")
    .argument(...user)
    .option(...json)
    .addHelpText("after", "\nExample:\n  briksync-server users show ada@partner.com")
    .action((text: string, options: Options) => run(showUser(terminal, text, options)));
  users
    .command("disable")
    .summary("Disable a user and end all their sessions")
    .description(
      "Disable a user and end all their sessions\n\n" +
        "The user cannot sign in anymore. Open sessions and refresh tokens stop working with the next request.\n" +
        "API keys keep working, because they belong to the company.",
    )
    .argument(...user)
    .option("--force", "Continue even if a company loses its last active Super Admin")
    .option(...json)
    .addHelpText("after", "\nExample:\n  briksync-server users disable ada@partner.com")
    .action((text: string, options: Options) =>
      run(
        change(
          terminal,
          options,
          (deps) => disableUser(deps, text, options.force === true),
          ({ user: { email }, isChanged, endedSessions }) =>
            isChanged ? `Disabled ${email}. ${countSessions(endedSessions)}` : `${email} is already disabled.`,
        ),
      ),
    );
  users
    .command("enable")
    .summary("Enable a disabled user")
    .description("Enable a disabled user\n\nThe user can sign in again. Sessions that were ended stay ended.")
    .argument(...user)
    .option(...json)
    .addHelpText("after", "\nExample:\n  briksync-server users enable ada@partner.com")
    .action((text: string, options: Options) =>
      run(
        change(
          terminal,
          options,
          (deps) => enableUser(deps, text),
          ({ user: { email }, isChanged }) => (isChanged ? `Enabled ${email}.` : `${email} is not disabled.`),
        ),
      ),
    );
  users
    .command("reset-password")
    .summary("Reset the password of a user and end all their sessions")
    .description(
      "Reset the password of a user and end all their sessions\n\n" +
        "The command generates a password and prints it once. The user must change it when they sign in.",
    )
    .argument(...user)
    .option("--password-stdin", "Read the password from stdin instead of generating one")
    .option(...json)
    .addHelpText("after", "\nExample:\n  briksync-server users reset-password ada@partner.com")
    .action((text: string, options: Options) => run(runReset(terminal, text, options)));
  users
    .command("end-sessions")
    .summary("End all sessions of a user")
    .description("End all sessions of a user\n\nThe user can sign in again with the same password.")
    .argument(...user)
    .option(...json)
    .addHelpText("after", "\nExample:\n  briksync-server users end-sessions ada@partner.com")
    .action((text: string, options: Options) =>
      run(
        change(
          terminal,
          options,
          (deps) => endSessions(deps, text),
          ({ user: { email }, endedSessions }) => `${email}: ${countSessions(endedSessions)}`,
        ),
      ),
    );
  users
    .command("unlink")
    .summary("Unlink a user from their account at the identity provider")
    .description(
      "Unlink a user from their account at the identity provider\n\n" +
        "All their sessions end. The server then links the next account of the provider that has the user's email address.",
    )
    .argument(...user)
    .option(...json)
    .addHelpText("after", "\nExample:\n  briksync-server users unlink ada@partner.com")
    .action((text: string, options: Options) =>
      run(
        change(
          terminal,
          options,
          (deps) => unlinkUser(deps, text),
          ({ user: { email }, isChanged, endedSessions }) =>
            isChanged
              ? `Unlinked ${email}. ${countSessions(endedSessions)}`
              : `${email} is not linked to an account at an identity provider.`,
        ),
      ),
    );
}
