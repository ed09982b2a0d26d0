import { createAdmin, type NewAdmin } from "../../domain/accounts/create-admin.ts";
import { findCompanyIfAny } from "../../domain/accounts/find-account.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { findMisspelledNames, findNearestNames } from "../../domain/nearest-names.ts";
import { AppError } from "../../errors.ts";
import type { Terminal } from "../terminal.ts";
import { withDependencies } from "../with-dependencies.ts";
import { printPassword, readPassword } from "./operator-command.ts";

/** Options of `admin create` from commander. */
export interface AdminCreateOptions extends Omit<NewAdmin, "mustChangePassword" | "password"> {
  readonly newCompany?: boolean;
  readonly mustChangePassword?: boolean;
  readonly passwordStdin?: boolean;
  readonly json?: boolean;
}

/** Creates the user, the company and the membership if they do not exist, and prints the result. */
export async function adminCreate(terminal: Terminal, options: AdminCreateOptions): Promise<void> {
  const password = await readPassword(terminal, options);
  const created = await withDependencies(terminal, async (deps) => {
    if (options.newCompany !== true) await requireKnownCompany(terminal, deps, options);
    const input = { ...options, mustChangePassword: options.mustChangePassword === true };
    return createAdmin(deps, password === undefined ? input : { ...input, password });
  });
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
    return;
  }
  const companyText = `${isNewCompany ? "new company" : "company"} ${company.name} (${company.plan})`;
  terminal.say(
    `${isNewUser ? "Created" : "Added existing user"} ${user.email} in ${companyText}, privilege ${privilege}.`,
  );
  printPassword(terminal, generatedPassword);
}

/**
 * Prevents a typing mistake from creating a company. In a terminal, asks for confirmation of every unknown name.
 * Otherwise, refuses names that are probably misspelled. Accepts any name for the first company of a database.
 * @throws {AppError} VALIDATION_FAILED with the nearest names.
 */
async function requireKnownCompany(
  terminal: Terminal,
  deps: Dependencies,
  { company, passwordStdin }: AdminCreateOptions,
): Promise<void> {
  if ((await findCompanyIfAny(deps.store, company)) !== null) return;
  const names = (await deps.store.companies.list()).map(({ name }) => name);
  if (names.length === 0) return;
  const near = findNearestNames(company, names);
  const unknown = `There is no company ${JSON.stringify(company)}.`;
  const nearest = near.length === 0 ? [] : ["Did you mean one of these?", ...near.map((name) => `  ${name}`)];
  if (terminal.isInteractive && passwordStdin !== true) {
    for (const line of [unknown, ...nearest]) terminal.say(line);
    const answer = await terminal.ask("Create it? [y/N] ");
    if (/^y(?:es)?$/i.test(answer?.trim() ?? "")) return;
    throw new AppError("VALIDATION_FAILED", { message: "Nothing was created." });
  }
  if (findMisspelledNames(company, names).length === 0) return;
  const advice = "To create a new company, add --new-company. Nothing was created.";
  throw new AppError("VALIDATION_FAILED", { message: [unknown, ...nearest, advice].join("\n") });
}
