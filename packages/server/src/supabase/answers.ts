import { foldAddress, type ProviderTokens, type ProviderUser } from "../domain/identity/identity-provider.ts";
import type { JsonAnswer } from "./call-json.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Anything as an object whose fields may be asked for. */
function readFields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/**
 * Supabase's name for a refusal, or null. Its error bodies differ by age of the server: `error_code` beside a numeric `code`,
 * `code` alone, or OAuth's `error`; newer ones repeat it in a header.
 */
export function readErrorCode({ headers, body }: JsonAnswer): string | null {
  const { error_code: errorCode, code, error } = readFields(body);
  const found = [headers.get("x-sb-error-code"), errorCode, code, error].find((name) => typeof name === "string");
  // It goes into messages and logs.
  return typeof found === "string" && /^[a-z0-9_]{1,60}$/.test(found) ? found : null;
}

/** The tokens of an AccessTokenResponse, or null when it is none. */
export function readTokens(body: unknown): ProviderTokens | null {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn } = readFields(body);
  if (typeof accessToken !== "string" || typeof refreshToken !== "string" || refreshToken === "") return null;
  if (typeof expiresIn !== "number" || !Number.isSafeInteger(expiresIn) || expiresIn <= 0) return null;
  return { accessToken, refreshToken, expiresInSeconds: expiresIn };
}

/** The user of `GET /user`, or null when it is none. */
export function readUser(body: unknown): ProviderUser | null {
  const user = readFields(body);
  const { id, email, identities, factors } = user;
  if (typeof id !== "string") return null;
  const address = typeof email === "string" ? foldAddress(email) : "";
  const isVerified =
    isText(user["email_confirmed_at"]) && listFields(identities).some((one) => vouchesFor(one, address));
  return {
    subject: id,
    email: address,
    verifiedEmail: address !== "" && isVerified ? address : null,
    hasSecondFactor: listFields(factors).some(({ status }) => status === "verified"),
  };
}

/**
 * Whether an identity of the user shows that mail to the address reaches him. `user_metadata.email_verified` is his to write,
 * and `email_confirmed_at` is also set where the project confirms addresses by itself; of an identity's data he writes nothing,
 * and there the flag comes from a followed link or from the party he signed in with. A company's own SAML server may name
 * any address whatever, so it vouches for none.
 */
function vouchesFor({ provider, identity_data: data }: Fields, address: string): boolean {
  const { email, email_verified: isVerified } = readFields(data);
  if (typeof provider !== "string" || provider.startsWith("sso:")) return false;
  return isVerified === true && typeof email === "string" && foldAddress(email) === address;
}

function listFields(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(readFields) : [];
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
