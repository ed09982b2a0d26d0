import type { CompanyMembership, SignInResult } from "@briksync/sdk";
import type { Profile } from "../config/config.ts";
import { updateProfile } from "../config/update-profile.ts";
import type { Context } from "../context.ts";
import { AmbiguousError, type Candidate, CliError } from "../errors/cli-error.ts";
import { printList } from "../terminal/print-list.ts";
import { printRecord } from "../terminal/print-record.ts";
import { lowerAscii, toNameKey } from "../text/names.ts";
import { sanitizeText } from "../text/sanitize.ts";

/**
 * Returns the company with this ID or name, regardless of letter case. Throws NOT_FOUND with the list of companies, or
 * AMBIGUOUS with the IDs of those with the same name.
 */
export function findCompany(companies: readonly CompanyMembership[], text: string): CompanyMembership {
  const byId = companies.find((company) => company.id === text);
  if (byId !== undefined) return byId;
  const exact = companies.filter((company) => company.name === text);
  const named = exact.length > 0 ? exact : companies.filter((company) => fold(company.name) === fold(text));
  const [found] = named;
  if (found === undefined) {
    throw new CliError("NOT_FOUND", `You do not belong to a company "${sanitizeText(text)}".`, {
      details: companies.map(describeCompany),
      hint: companies.length === 0 ? undefined : "Use the name or the ID of one of these companies.",
    });
  }
  if (named.length > 1) {
    const candidates = named.map(toCandidate);
    throw new AmbiguousError(text, candidates, `Several of your companies are named "${sanitizeText(text)}".`, {
      details: named.map(describeCompany),
      hint: "Use the company's ID instead of its name.",
    });
  }
  return found;
}

/** Returns the name of a role, as the documentation uses it. */
export function namePrivilege(privilege: number): string {
  return { 1: "Super Admin", 2: "Admin", 3: "Member" }[privilege] ?? `privilege ${privilege}`;
}

/** Returns a company as an entry of a list to choose from. */
export function toCandidate({ id, name, privilege }: CompanyMembership): Candidate {
  return { value: id, name, details: `${namePrivilege(privilege)}  ${id}` };
}

/** Returns a company as a line of an error: ID and name. */
function describeCompany(company: CompanyMembership): string {
  return `${company.id}  ${company.name}`;
}

function fold(text: string): string {
  return lowerAscii(toNameKey(text));
}

/**
 * Returns the ID of the company for a sign-in from the environment. `wanted` is the ID or exact name in
 * BRIKSYNC_COMPANY or `--company`. Without it, returns the only company. Throws USAGE with the list of companies if
 * `wanted` matches none or several, or if it is required but not set. `name` is the source of `wanted`.
 */
export function pickCompany(
  { companies, activeCompany }: Pick<SignInResult, "companies" | "activeCompany">,
  wanted: string | undefined,
  name: "BRIKSYNC_COMPANY" | "--company" = "BRIKSYNC_COMPANY",
): string {
  if (!wanted) {
    if (companies.length <= 1) return activeCompany.id;
    throw new CliError("USAGE", `You belong to ${companies.length} companies, and BRIKSYNC_COMPANY is not set.`, {
      details: companies.map(describeCompany),
      hint: "Set BRIKSYNC_COMPANY to one of the IDs or names above.",
    });
  }
  const byId = companies.filter((company) => company.id === wanted);
  const [found, ...more] = byId.length > 0 ? byId : companies.filter((company) => company.name === wanted);
  if (found !== undefined && more.length === 0) return found.id;
  const fault =
    found === undefined ? "you do not belong to such a company" : "several of your companies have this name";
  throw new CliError("USAGE", `${name} is "${sanitizeText(wanted)}", but ${fault}.`, {
    details: (found === undefined ? companies : [found, ...more]).map(describeCompany),
    hint: `Set ${name} to one of the IDs${found === undefined ? " or names" : ""} above.`,
  });
}

/**
 * Switches the stored session to another company. Throws USAGE for a token from the environment, because the new token
 * could not be stored.
 */
export async function useCompany(context: Context, text: string): Promise<void> {
  const credential = await context.credential();
  if (credential.kind !== "session" && credential.kind !== "none") {
    throw new CliError(
      "USAGE",
      `You are signed in with ${credential.name}, but only a stored session can be switched.`,
      {
        hint:
          credential.kind === "password"
            ? "Set BRIKSYNC_COMPANY to the company that you want to use."
            : `Unset ${credential.name} and sign in: briksync login --company NAME`,
      },
    );
  }
  const client = await context.client();
  const options = { signal: context.signal };
  const before = await client.auth.getSession(options);
  const company = findCompany(before.companies, text);
  if (company.id !== before.activeCompany.id) await client.auth.switchCompany({ companyId: company.id }, options);
  const [{ directory }, { profile, server }] = await Promise.all([context.config(), context.settings()]);
  const remember = (stored: Profile | undefined): Profile | undefined => {
    const note = stored?.sessions?.[server.value];
    if (note === undefined) return stored;
    const sessions = { ...stored?.sessions, [server.value]: { ...note, company: company.name, companyId: company.id } };
    return { ...stored, sessions };
  };
  await updateProfile(directory, profile.value, remember, { host: context.host, ...options });
  if ((await context.output()) === "table") {
    const { bold } = context.io.statusColors;
    context.io.writeDone(
      `You now work in ${bold(sanitizeText(company.name))}, as ${namePrivilege(company.privilege)}.`,
    );
    return;
  }
  await printRecord(context, {
    json: company,
    id: company.id,
    fields: [
      { label: "ID", field: "id", value: company.id },
      { label: "Name", field: "name", value: company.name },
      { label: "Role", field: "privilege", value: company.privilege },
    ],
  });
}

/** Runs `briksync companies list`. */
export async function listCompanies(context: Context): Promise<void> {
  const client = await context.client();
  const { companies, activeCompany } = await client.auth.getSession({ signal: context.signal });
  const isActive = (company: CompanyMembership): boolean => company.id === activeCompany.id;
  await printList(context, companies, {
    empty: "You do not belong to any company.",
    nouns: ["company", "companies"],
    id: (company) => company.id,
    toJson: (company) => ({ ...company, active: isActive(company) }),
    columns: [
      { header: "", field: "active", value: isActive, show: (company) => (isActive(company) ? "*" : "") },
      { header: "NAME", field: "name", widthMin: 12 },
      { header: "ROLE", field: "privilege", show: (company) => namePrivilege(company.privilege) },
      { header: "ID", field: "id" },
    ],
  });
}
