import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { printRecord } from "../terminal/print-record.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { rememberCompany } from "./remember-session.ts";
import { findCompany, namePrivilege } from "./select-company.ts";

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
  await rememberCompany(context, company);
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
