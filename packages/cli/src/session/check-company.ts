import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";
import type { Credential } from "./credential.ts";

/**
 * Throws USAGE where BRIKSYNC_COMPANY asks for another company than a token or a stored session acts for, as far as that is known here: what is
 * done in the wrong company cannot be undone by reading a variable afterwards.
 */
export async function checkCompany(context: Context, credential: Credential): Promise<void> {
  const wanted = context.env["BRIKSYNC_COMPANY"];
  if (!wanted) return;
  if (credential.kind === "token") {
    throw new CliError(
      "USAGE",
      `The token from ${credential.name} belongs to one company, so BRIKSYNC_COMPANY cannot select another.`,
      { hint: `Unset BRIKSYNC_COMPANY or ${credential.name}.` },
    );
  }
  if (credential.kind !== "session") return;
  const { server, storedProfile } = await context.settings();
  const { company = "", companyId } = storedProfile?.sessions?.[server.value] ?? {};
  if (wanted === company || wanted === companyId) return;
  throw new CliError(
    "USAGE",
    `Your session is for company "${sanitizeText(company)}", but BRIKSYNC_COMPANY is "${sanitizeText(wanted)}".`,
    { hint: `Unset BRIKSYNC_COMPANY, or sign in to that company: briksync login --company ${quoteArgument(wanted)}` },
  );
}
