import type { Context } from "../context.ts";
import { isShowable, sanitizeText } from "../text/sanitize.ts";
import type { Candidate } from "./candidate.ts";
import type { NameSource } from "./complete-words.ts";

/** The maximum number of names to offer. */
const namesMax = 500;

/**
 * Looks up names: profiles in the configuration file, companies and active keys on the server. Throws like any command;
 * the caller ignores the error.
 */
export async function findNames(context: Context, source: NameSource, partial: string): Promise<Candidate[]> {
  if (source === "profiles") {
    const { profiles } = await context.config();
    return [...profiles].map(([name, profile]) => ({ value: name, description: profile.server ?? "" }));
  }
  const client = await context.client();
  if (source === "companies") {
    const { companies } = await client.auth.getSession({ signal: context.signal });
    return companies
      .filter((company) => isTypable(company.name))
      .map((company) => ({ value: company.name, description: company.id }));
  }
  const keys = [];
  for await (const key of client.keys.list({ status: "active", limit: namesMax }, { signal: context.signal }))
    keys.push(key);
  if (partial.startsWith("api_"))
    return keys.map((key) => ({ value: key.clientId, description: sanitizeText(key.name) }));
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key.name, (counts.get(key.name) ?? 0) + 1);
  // A name that two keys share is ambiguous, so their client IDs are offered.
  return keys.map((key) =>
    counts.get(key.name) === 1 && isTypable(key.name)
      ? { value: key.name, description: key.clientId }
      : { value: key.clientId, description: sanitizeText(key.name) },
  );
}

// A name that starts with a dash would be read as an option.
function isTypable(name: string): boolean {
  return isShowable(name) && !name.startsWith("-");
}
