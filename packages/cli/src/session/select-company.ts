import type { CompanyMembership } from "@briksync/sdk";
import { CliError } from "../errors/cli-error.ts";
import { lowerAscii, toNameKey } from "../text/name-key.ts";
import { sanitizeText } from "../text/sanitize.ts";

/**
 * Returns the company with this ID or name; letter case does not matter. Throws NOT_FOUND with the list of companies,
 * or AMBIGUOUS with the IDs of those with the same name.
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
      hint: "To list your companies, run: briksync companies list",
    });
  }
  if (named.length > 1) {
    throw new CliError("AMBIGUOUS", `Several of your companies are named "${sanitizeText(text)}".`, {
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

/** Returns a company as a line of an error: ID and name. */
export function describeCompany(company: CompanyMembership): string {
  return `${company.id}  ${company.name}`;
}

function fold(text: string): string {
  return lowerAscii(toNameKey(text));
}
