import type { KeyRepository } from "../../src/store/ports/keys.ts";
import type { LockedKeyId } from "../../src/store/records.ts";
import type { HttpClient } from "./http-client.ts";

/** A key and its one secret. */
export interface TestKey {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Returns the headers X-API-Key and X-API-Secret of a key. */
export function asPair({ clientId, clientSecret }: TestKey): Readonly<Record<string, string>> {
  return { "x-api-key": clientId, "x-api-secret": clientSecret };
}

/** Returns the Authorization header of a key. */
export function asBearer({ clientSecret }: TestKey): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${clientSecret}` };
}

/** Creates a key over HTTP. Throws if the server refuses. */
export async function createTestKey(
  client: HttpClient,
  token: string,
  input: { readonly name?: string; readonly ipAllowlist?: readonly string[] } = {},
): Promise<TestKey> {
  const { status, body, text } = await client.call("POST", "/external/v1/auth/keys", {
    token,
    json: { name: "CRM Integration", ...input },
  });
  if (status !== 201) throw new Error(`createKey answered ${status}: ${text}`);
  return { id: body.id, clientId: body.clientId, clientSecret: body.clientSecret };
}

/** Locks a key for the rest of the transaction. Throws if the company has no such key. */
export async function lockTestKey(keys: KeyRepository, companyId: string, keyId: string): Promise<LockedKeyId> {
  const locked = await keys.lockKey(companyId, keyId);
  if (locked === null) throw new Error(`The company has no key ${keyId}`);
  return locked;
}

/** Returns the status of a verify call with the secret as bearer token. */
export async function verifyStatus(
  client: HttpClient,
  clientSecret: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { status } = await client.call("GET", "/external/v1/auth/verify", { token: clientSecret, headers });
  return status;
}
