import type { ApiKey } from "../../src/index.ts";

/** Returns a key as in a response of the server. */
export function makeSampleKey(overrides: Partial<ApiKey> = {}): ApiKey {
  const key: Required<ApiKey> = {
    id: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    name: "Payroll Integration",
    clientId: "api_a1b2c3d4e5f6a1b2c3d4e5f6",
    status: "active",
    lastUsedAt: null,
    createdOn: "2026-01-15T08:00:00.000Z",
    ipAllowlist: [],
    rotatedOn: null,
    revokedOn: null,
    lastUsedIp: null,
    rotation: null,
  };
  return { ...key, ...overrides };
}

/** A secret in the documented format with a valid checksum. */
export const sampleSecret = "sec_0123456789abcdef0123456789abcdef0123456794bbeea7";

/** Returns a sign-in response in the documented format. A refresh token adds the fields of newer servers. */
export function makeSampleSignIn(accessToken: string, refreshToken?: string) {
  return {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken, expiresIn: 900 }),
    user: { id: "u1", firstName: "Ada", lastName: "Lovelace", email: "ada@partner.com", mustChangePassword: false },
    activeCompany: { id: "c1", name: "Acme Corp" },
    companies: [{ id: "c1", name: "Acme Corp", privilege: 1 }],
  };
}
