import type { Plan, Privilege } from "../domain/access.ts";
import { createAdmin } from "../domain/create-admin.ts";
import type { Terminal } from "./terminal.ts";
import { withDependencies } from "./with-dependencies.ts";

/** Options of `admin create` as commander gives them. */
export interface AdminCreateOptions {
  readonly email: string;
  readonly username?: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly plan?: Plan;
  readonly privilege?: Privilege;
  readonly mustChangePassword?: boolean;
  readonly passwordStdin?: boolean;
  readonly json?: boolean;
}

/** Creates the user, the company and the membership, as far as they do not exist, and says what it did. */
export async function adminCreate(terminal: Terminal, options: AdminCreateOptions): Promise<number> {
  const password = options.passwordStdin === true ? (await terminal.readInput()).replace(/\r?\n$/, "") : undefined;
  const created = await withDependencies(terminal, (deps) =>
    createAdmin(deps, {
      email: options.email,
      ...(options.username === undefined ? {} : { username: options.username }),
      firstName: options.firstName,
      lastName: options.lastName,
      company: options.company,
      ...(options.plan === undefined ? {} : { plan: options.plan }),
      ...(options.privilege === undefined ? {} : { privilege: options.privilege }),
      mustChangePassword: options.mustChangePassword === true,
      ...(password === undefined ? {} : { password }),
    }),
  );
  const { user, company, privilege, isNewUser, isNewCompany, generatedPassword } = created;
  if (options.json === true) {
    const summary = {
      userId: user.id,
      email: user.email,
      username: user.username,
      companyId: company.id,
      companyName: company.name,
      plan: company.plan,
      privilege,
      mustChangePassword: user.mustChangePassword,
      isNewUser,
      isNewCompany,
      ...(generatedPassword === null ? {} : { password: generatedPassword }),
    };
    terminal.print(JSON.stringify(summary));
    return 0;
  }
  const companyText = `${isNewCompany ? "new company" : "company"} ${company.name} (${company.plan})`;
  terminal.say(
    `${isNewUser ? "Created" : "Added existing user"} ${user.email} in ${companyText}, privilege ${privilege}.`,
  );
  if (generatedPassword !== null) {
    terminal.say("Password, shown only now:");
    terminal.print(generatedPassword);
  }
  return 0;
}
