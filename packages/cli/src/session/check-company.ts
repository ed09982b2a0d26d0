import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";
import type { Credential } from "./credential.ts";

/**
 * Throws USAGE if BRIKSYNC_COMPANY names another company than that of the token or stored session, as far as the CLI
 * knows. Changes in the wrong company cannot be undone.
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
