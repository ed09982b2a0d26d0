import type { CodeFactor, ProviderTokens, ProviderUser } from "../domain/identity/identity-provider.ts";
import { lowerAscii } from "../domain/login-name.ts";
import type { JsonResponse } from "../oidc/call-json.ts";

type Fields = Readonly<Record<string, unknown>>;

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Users choose the names of their factors. */
const nameCharactersMax = 100;

/** Returns any value as an object with fields. */
function readFields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/**
 * Returns the error code of Supabase, or null. Its error bodies depend on the version: `error_code` with a numeric
 * `code`, `code` alone, or OAuth's `error`. Newer versions repeat it in a header.
 */
export function readErrorCode({ headers, body }: JsonResponse): string | null {
  const { error_code: errorCode, code, error } = readFields(body);
  const found = [headers.get("x-sb-error-code"), errorCode, code, error].find((name) => typeof name === "string");
  // The code appears in messages and logs.
  return typeof found === "string" && /^[a-z0-9_]{1,60}$/.test(found) ? found : null;
}

/** Returns the tokens of an AccessTokenResponse, or null. */
export function readTokens(body: unknown): ProviderTokens | null {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn } = readFields(body);
  if (typeof accessToken !== "string" || typeof refreshToken !== "string" || refreshToken === "") return null;
  if (typeof expiresIn !== "number" || !Number.isSafeInteger(expiresIn) || expiresIn <= 0) return null;
  return { accessToken, refreshToken, expiresInSeconds: expiresIn };
}

/** Returns the user of `GET /user`, or null. */
export function readUser(body: unknown): ProviderUser | null {
  const user = readFields(body);
  const { id, email, identities, factors } = user;
  if (typeof id !== "string") return null;
  const address = typeof email === "string" ? lowerAscii(email) : "";
  const verified = listFields(factors).filter(({ status }) => status === "verified");
  const isVerified =
    isText(user["email_confirmed_at"]) && listFields(identities).some((one) => vouchesFor(one, address));
  return {
    subject: id,
    email: address,
    verifiedEmail: address !== "" && isVerified ? address : null,
    hasSecondFactor: verified.length > 0,
    codeFactors: verified.flatMap(readCodeFactor),
  };
}

/** Returns the ID of a challenge, or null. */
export function readChallengeId(body: unknown): string | null {
  const { id } = readFields(body);
  return typeof id === "string" && uuidForm.test(id) ? id : null;
}

/**
 * Returns the factor as a list. The list is empty if the factor has no code, or if its ID is invalid, because the ID
 * becomes part of a URL.
 */
function readCodeFactor({ id, factor_type: type, friendly_name: name }: Fields): CodeFactor[] {
  const kind = type === "totp" ? "app" : type === "phone" ? "phone" : null;
  if (kind === null || typeof id !== "string" || !uuidForm.test(id)) return [];
  return [{ id, kind, name: isText(name) ? name.slice(0, nameCharactersMax) : null }];
}

/**
 * Returns whether an identity proves that the user owns the address. Users can write `user_metadata.email_verified`,
 * and projects with automatic confirmation set `email_confirmed_at`. Users cannot write the data of an identity. Its
 * flag comes from a confirmed link or from the third party. The SAML server of a company can claim any address, so it
 * proves nothing.
 */
function vouchesFor({ provider, identity_data: data }: Fields, address: string): boolean {
  const { email, email_verified: isVerified } = readFields(data);
  if (typeof provider !== "string" || provider.startsWith("sso:")) return false;
  return isVerified === true && typeof email === "string" && lowerAscii(email) === address;
}

function listFields(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(readFields) : [];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
