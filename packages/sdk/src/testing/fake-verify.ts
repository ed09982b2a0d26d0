import { allow } from "./fake-actors.ts";
import { recordEvent } from "./fake-audit.ts";
import { isWithin } from "./fake-networks.ts";
import { FakeRefusal } from "./fake-refusal.ts";
import { readBearer } from "./fake-request.ts";
import { hasEnded } from "./fake-secrets.ts";
import type { FakeKey, FakeSecret, FakeState } from "./fake-state.ts";

/** Returns the working secret with this value and its key. */
function findSecret(state: FakeState, text: string, now: string): { key?: FakeKey; secret?: FakeSecret } {
  for (const key of state.keys.values()) {
    const secret = key.secrets.find((candidate) => candidate.text === text && !hasEnded(candidate, now));
    if (secret !== undefined) return { key, secret };
  }
  return {};
}

/**
 * Returns whether an address can use a key. An expired entry matches no address, but the allowlist stays restrictive.
 */
function isAddressAllowed({ allowlist }: FakeKey, ip: string, now: string): boolean {
  const live = allowlist.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  return allowlist.length === 0 || live.some(({ cidr }) => isWithin(cidr, ip));
}

function readCredential(headers: Headers): { clientId: string | null; clientSecret: string } {
  const authorization = headers.get("authorization");
  const clientId = headers.get("x-api-key");
  const clientSecret = headers.get("x-api-secret");
  if (clientId === null && clientSecret === null) {
    if (authorization === null) throw new FakeRefusal("MISSING_CREDENTIALS");
    const bearer = readBearer(headers);
    if (bearer === null) throw refuse("The Authorization header must have the form: Bearer <clientSecret>");
    return { clientId: null, clientSecret: bearer };
  }
  if (authorization !== null) {
    throw refuse("Send either x-api-key and x-api-secret, or Authorization: Bearer, but not both");
  }
  if (clientId === null || clientSecret === null) {
    throw refuse("Send both x-api-key and x-api-secret. One of them is missing");
  }
  return { clientId, clientSecret };
}

function refuse(message: string): FakeRefusal {
  return new FakeRefusal("BAD_REQUEST", { message });
}

/** The operation of the data plane. */
export const verifyRoutes = {
  // Decides about a credential in the order of the server: parse, authenticate, address, plan.
  verify: allow.everybody("*", "/verify", (request) => {
    const { state, ip } = request;
    const credential = readCredential(request.headers);
    const now = state.now().toISOString();
    const { key, secret } = findSecret(state, credential.clientSecret, now);
    const company = state.companies.get(key?.companyId ?? "");
    const isOther = credential.clientId !== null && credential.clientId !== key?.clientId;
    if (key === undefined || secret === undefined || company === undefined || isOther) {
      throw new FakeRefusal("INVALID_CREDENTIALS");
    }
    if (!isAddressAllowed(key, ip, now)) {
      const message = `This key does not allow the IP address ${ip}, which this request came from`;
      throw new FakeRefusal("IP_NOT_ALLOWED", { message });
    }
    if (company.plan === "FREE") throw new FakeRefusal("PLAN_UPGRADE_REQUIRED");
    // Only accepted calls count as a use. A refusal changes nothing.
    if (secret.state === "pending" && secret.firstUsedOn === null) {
      secret.firstUsedOn = now;
      const { id: rotationId } = secret;
      recordEvent(request, "key.secret_first_used", { companyId: company.id, key, details: { rotationId } });
    }
    for (const used of [key, secret]) Object.assign(used, { lastUsedAt: now, lastUsedIp: ip });
    const { id: keyId, clientId, name } = key;
    return {
      status: 200,
      body: { keyId, clientId, companyId: company.id, companyName: company.name, name, secret: secret.state },
      headers: {
        "x-briksync-key-id": keyId,
        "x-briksync-client-id": clientId,
        "x-briksync-company-id": company.id,
      },
    };
  }),
};
