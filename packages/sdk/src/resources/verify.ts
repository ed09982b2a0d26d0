import type { Api } from "../call/api.ts";
import { isHeaderValue } from "../call/header-value.ts";
import { hasTexts } from "../call/response-shape.ts";
import { ConfigurationError } from "../errors/errors.ts";
import { isApiError } from "../errors/guards.ts";
import { parseAddress } from "../generated/cidr.ts";
import type { paths } from "../generated/openapi.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { IncomingHeaders, RefusedCredential, VerifyInput, VerifyResult } from "../models/verify-result.ts";

/** API credentials in one of the documented forms. */
export type CredentialHeaders = Readonly<Record<string, string>>;

const credentialHeaders = ["authorization", "x-api-key", "x-api-secret"] as const;
const decisions = [400, 401, 403, 429];

type Responses = paths["/external/v1/auth/verify"]["get"]["responses"];

/** The error types of the decisions of verify. */
export type VerifyRefusal = Responses[400 | 401 | 403 | 429]["content"]["application/json"]["error"]["type"];

/**
 * The longest value that is sent. It is far longer than any credential. Longer values could make the request too large
 * for a decision.
 */
const longestCredential = 1_000;

/**
 * Verifies a credential with the server. Statuses 400, 401, 403 and 429 are decisions and return `ok: false`. All other
 * errors are thrown.
 */
export async function verifyCredential(
  api: Api,
  own: CredentialHeaders | null,
  input: VerifyInput,
  options: CallOptions | undefined,
): Promise<VerifyResult> {
  const credential = input.headers === undefined ? own : pickCredential(input.headers);
  if (credential === null) {
    throw new ConfigurationError(
      "verify requires the headers of a request, or a client that was created with clientSecret.",
    );
  }
  if (isRefusal(credential)) return credential;
  const headers = "ip" in input ? { ...credential, "x-forwarded-for": writePeerAddress(input.ip) } : credential;
  const secrets = [credential["x-api-secret"], credential["authorization"]?.replace(/^Bearer +/i, "")];
  try {
    const body = await api.request("GET", "/verify", options, {
      headers,
      isAnonymous: true,
      isDataPlane: true,
      feature: "verify",
      secrets: secrets.filter((secret) => secret !== undefined),
      finalStatuses: decisions,
      accepts: hasTexts("keyId", "clientId", "companyId"),
    });
    return { ...body, ok: true };
  } catch (error) {
    if (!isApiError(error) || !decisions.includes(error.status)) throw error;
    const { status, type, message, retryAfterSeconds, requestId } = error;
    return {
      ...refuse(status, type, message),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      ...(requestId !== undefined && { requestId }),
    };
  }
}

/** Returns the headers with the client's own API credentials. */
export function createCredentialHeaders(clientId: string | undefined, clientSecret: string): CredentialHeaders {
  if (clientId === undefined) return { authorization: `Bearer ${clientSecret}` };
  return { "x-api-key": clientId, "x-api-secret": clientSecret };
}

function isRefusal(value: CredentialHeaders | RefusedCredential): value is RefusedCredential {
  return value["ok"] === false;
}

function refuse(status: number, type: RefusedCredential["type"], message: string): RefusedCredential {
  return { ok: false, status, type, message };
}

/**
 * Returns only the credential headers of a request. If they are missing or cannot be forwarded unchanged, returns the
 * same refusal that the server would return.
 */
function pickCredential(headers: IncomingHeaders): CredentialHeaders | RefusedCredential {
  const credential: Record<string, string> = {};
  for (const name of credentialHeaders) {
    const value = readHeader(headers, name);
    if (value === undefined) continue;
    if (typeof value !== "string") return refuse(400, "BAD_REQUEST", `The request has more than one ${name} header`);
    if (!isHeaderValue(value))
      return refuse(400, "BAD_REQUEST", `The ${name} header contains characters that are not allowed`);
    if (value.length > longestCredential) return refuse(401, "INVALID_CREDENTIALS", "Invalid API credentials");
    credential[name] = value;
  }
  if (Object.keys(credential).length === 0) return refuse(401, "MISSING_CREDENTIALS", "Missing API credentials");
  return credential;
}

function readHeader(headers: IncomingHeaders, name: string): string | string[] | undefined {
  if (typeof headers.get === "function") return headers.get(name) ?? undefined;
  const record = headers as Readonly<Record<string, string | string[] | undefined>>;
  const values = Object.keys(record)
    .filter((key) => key.toLowerCase() === name)
    .flatMap((key) => record[key] ?? []);
  return values.length > 1 ? values : values[0];
}

const peerForms = [
  /^(?<address>\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/,
  /^\[(?<address>[^\]%]+)(?:%[^\]]*)?\](?::\d{1,5})?$/,
  /^(?<address>[^[\]%]*:[^[\]%]*:[^[\]%]*)(?:%.*)?$/,
];

/**
 * Returns an address in the format of `X-Forwarded-For`, without port and zone. Anything that is not a single address
 * becomes `unknown` (RFC 7239). Allowlists do not contain it, so only keys without an allowlist pass. The header is
 * never omitted, because the server would then check the address of this machine.
 */
function writePeerAddress(ip: unknown): string {
  const text = typeof ip === "string" && ip.length <= 100 ? ip.trim() : "";
  const [address] = peerForms.flatMap((form) => form.exec(text)?.groups?.["address"] ?? []);
  return address !== undefined && parseAddress(address) !== null ? address : "unknown";
}
