import type { SignInResult } from "@briksync/sdk";
import { CliError } from "../errors/cli-error.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { describeCompany } from "./select-company.ts";

/**
 * The id of the company that a sign-in from the environment acts for: the one BRIKSYNC_COMPANY (`wanted`) names, by id or exact name, else the
 * only one. Throws USAGE with the companies there are where it names none or several of them, or where there are several and it is not set.
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
