import { AppError, invalidField } from "../../errors.ts";
import type { UserRecord } from "../../store/records.ts";
import type { Plan, Privilege } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { lowerAscii, normalizeLogin } from "../login-name.ts";
import { checkName, toNameKey } from "../names.ts";
import { findCompanyIfAny } from "./find-account.ts";
import { putRole } from "./manage-membership.ts";
import { requireOtherSuperAdmins } from "./manage-user.ts";
import { recordCommand } from "./record-command.ts";
import { choosePassword } from "./reset-password.ts";

/** Input of `admin create`. If `password` is undefined, one is generated. */
export interface NewAdmin {
  readonly email: string;
  readonly username?: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly plan?: Plan;
  /** If it is undefined, a new member gets role 1, and an existing membership does not change. */
  readonly privilege?: Privilege;
  readonly mustChangePassword: boolean;
  readonly password?: string;
}

function requireText(path: string, text: string): string {
  const checked = checkName(text);
  if (!checked.ok) throw invalidField(path, checked.message);
  return checked.name;
}

/**
 * Returns the address to store, in lower case. Addresses with lookalike characters are refused, because they would
 * become the address of another mailbox.
 */
function requireEmail(text: string): string {
  const email = lowerAscii(text.trim());
  if (normalizeLogin(email) !== email) {
    throw invalidField("/email", "contains lookalike or invisible characters");
  }
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 320) throw invalidField("/email", "is not an email address");
  return email;
}

/**
 * Returns the username to store. It must not contain "@". Otherwise, it could be another user's email address, and sign
 * in as that user.
 */
function requireUsername(text: string): string {
  const username = normalizeLogin(requireText("/username", text));
  if (/[A-Z]/.test(username)) throw invalidField("/username", "contains lookalike characters");
  if (username.includes("@")) throw invalidField("/username", 'must not contain "@". Only email addresses contain it');
  return username;
}

/**
 * Creates a user with a company, or adds an existing user (same email address) to another company. An existing user
 * keeps the password. `generatedPassword` of the result is shown once and not stored.
 * @throws {AppError} VALIDATION_FAILED with the invalid field.
 */
export async function createAdmin(deps: Dependencies, input: NewAdmin) {
  const email = requireEmail(input.email);
  const username = input.username === undefined ? null : requireUsername(input.username);
  const firstName = requireText("/firstName", input.firstName);
  const lastName = requireText("/lastName", input.lastName);
  const companyName = requireText("/company", input.company);
  const existing = await deps.store.users.findByLogin(email);
  if (existing !== null && (input.password !== undefined || input.mustChangePassword)) {
    throw invalidField("/email", "belongs to an existing user, who keeps their password. Do not pass a password");
  }
  const { generatedPassword, passwordHash } =
    existing === null
      ? await choosePassword(deps, input.password, { email, firstName, lastName, companyNames: [companyName] })
      : { generatedPassword: null, passwordHash: existing.passwordHash };
  const user: UserRecord = existing ?? {
    id: deps.newId(),
    email,
    username,
    firstName,
    lastName,
    passwordHash,
    mustChangePassword: input.mustChangePassword,
    disabledOn: null,
  };
  const createdOn = deps.now().toISOString();
  return deps.transact(async (tx) => {
    const { companies, users } = tx.store;
    if (existing === null && (await users.findByLogin(email)) !== null) {
      throw invalidField("/email", "was given to another user at the same time");
    }
    if (username !== null && existing === null && (await users.findByLogin(username)) !== null) {
      throw invalidField("/username", "is taken");
    }
    const found = await findCompanyIfAny(tx.store, companyName);
    if (found !== null && input.plan !== undefined && input.plan !== found.plan) {
      throw new AppError("VALIDATION_FAILED", {
        message: `The company already exists with plan ${found.plan}. Omit --plan`,
      });
    }
    const company = found ?? { id: deps.newId(), name: companyName, plan: input.plan ?? "BUSINESS" };
    const record = (event: Parameters<typeof recordCommand>[2]): Promise<void> => recordCommand(tx, company.id, event);
    if (found === null) {
      await users.insertCompany({ ...company, createdOn });
      await companies.putNameKey(company.id, toNameKey(company.name));
      // Set the plan as the minimum plan. Billing may lower a plan that no operator has set.
      if (input.plan !== undefined && input.plan !== "FREE") {
        await companies.putPlanFloor(company.id, { plan: input.plan, setOn: createdOn });
      }
      await record({ action: "company.created", details: { name: company.name, plan: company.plan } });
    }
    if (existing === null) {
      await users.insertUser({ ...user, createdOn });
      await record({ action: "user.created", details: { userId: user.id, email } });
    }
    if (existing !== null) await users.lockUser(existing.id);
    const memberships = await users.listMemberships(user.id);
    const before = memberships.find((membership) => membership.id === company.id)?.privilege ?? null;
    const privilege = input.privilege ?? before ?? 1;
    if (before === 1 && privilege !== 1) await requireOtherSuperAdmins(tx.store, user, [company], false);
    const member = { user: { ...user, email }, company, before };
    if (before !== privilege) await putRole(tx, member, privilege);
    return { user, company, privilege, isNewUser: existing === null, isNewCompany: found === null, generatedPassword };
  });
}
