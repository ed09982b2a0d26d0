import type { SignInResult } from "@briksync/sdk";
import { CliError } from "../errors/cli-error.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { describeCompany } from "./select-company.ts";

/**
 * Returns the ID of the company for a sign-in from the environment: the one in BRIKSYNC_COMPANY (`wanted`), by ID or
 * exact name, else the only one. Throws USAGE with the list of companies if BRIKSYNC_COMPANY matches none or several,
 * or if it is required but not set.
 */
export function pickCompany(
  { companies, activeCompany }: Pick<SignInResult, "companies" | "activeCompany">,
  wanted: string | undefined,
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
  throw new CliError("USAGE", `BRIKSYNC_COMPANY is "${sanitizeText(wanted)}", but ${fault}.`, {
    details: (found === undefined ? companies : [found, ...more]).map(describeCompany),
    hint: `Set BRIKSYNC_COMPANY to one of the IDs${found === undefined ? " or names" : ""} above.`,
  });
}
