import { AppError } from "../../errors.ts";
import type { CompanyRecord, KeyLimitRecord, UserRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";
import { normalizeLogin } from "../login-name.ts";
import { toNameKey } from "../names.ts";
import { findNearestNames } from "../nearest-names.ts";

/**
 * Returns the user with an ID, email address or username.
 * @throws {AppError} NOT_FOUND with the nearest names.
 */
export async function findUser({ users }: Repositories, text: string): Promise<UserRecord> {
  const found = (await users.findById(text.trim())) ?? (await users.findByLogin(normalizeLogin(text)));
  if (found !== null) return found;
  const logins = (await users.listUsers()).flatMap(({ email, username }) => [email, ...(username ? [username] : [])]);
  throw notFound("user", text, logins, "users list");
}

/** Returns the company with an ID or a name, or null. */
export async function findCompanyIfAny(
  { companies, users }: Repositories,
  text: string,
): Promise<CompanyRecord | null> {
  return (
    (await companies.find(text.trim())) ??
    // Check the exact name first. Older names that only look like another name have no name key.
    (await users.findCompanyByName(text)) ??
    (await companies.findByNameKey(toNameKey(text)))
  );
}

/**
 * Returns the company with an ID or a name.
 * @throws {AppError} NOT_FOUND with the nearest names.
 */
export async function findCompany(store: Repositories, text: string): Promise<CompanyRecord> {
  const found = await findCompanyIfAny(store, text);
  if (found !== null) return found;
  const names = (await store.companies.list()).map(({ name }) => name);
  throw notFound("company", text, names, "companies list");
}

/**
 * Returns the key with a client ID.
 * @throws {AppError} NOT_FOUND with the nearest client IDs.
 */
export async function findKeyByClientId({ keys }: Repositories, text: string): Promise<KeyLimitRecord> {
  const found = await keys.findByClientId(text.trim());
  if (found !== null) return found;
  throw notFound("key with the client ID", text, await keys.listClientIds(), null);
}

function notFound(what: string, text: string, names: readonly string[], listing: string | null): AppError {
  const nearest = findNearestNames(text, names);
  const hints = [
    ...(nearest.length > 0 ? ["Did you mean one of these?", ...nearest.map((name) => `  ${name}`)] : []),
    ...(listing === null ? [] : [`To see all, run: briksync-server ${listing}`]),
  ];
  return new AppError("NOT_FOUND", { message: [`There is no ${what} ${JSON.stringify(text)}.`, ...hints].join("\n") });
}
