import { type CliHome, createCliHome } from "./cli-process.ts";
import type { AccountInput, TestServer } from "./server-process.ts";

/** A key as the server returns it, and as the CLI prints it with `-o json`, with its secret after its creation. */
export interface PrintedKey {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly status: string;
  readonly lastUsedAt: string | null;
}

/** An admin with a home of the CLI. A token in the environment signs its runs in. */
export interface Admin extends CliHome {
  readonly token: string;
  readonly email: string;
  /** Creates a key through the API, which is faster than a run of the CLI. */
  createKey(name: string, ...ipAllowlist: string[]): Promise<PrintedKey>;
  /** Calls the API as the admin and returns the JSON. */
  fetchJson<Body>(path: string): Promise<Body>;
  /** Returns the number of active keys of the company. */
  countKeys(): Promise<number>;
}

/** Creates an account with a new company, and a home of the CLI. */
export async function createAdmin(server: TestServer, input: AccountInput = {}): Promise<Admin> {
  const account = await server.createAccount(input);
  const token = await server.signIn(account);
  const home = await createCliHome({ BRIKSYNC_SERVER: server.url, BRIKSYNC_TOKEN: token });
  const fetchJson: Admin["fetchJson"] = async (path) => {
    const response = await fetch(`${server.url}/external/v1/auth${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return response.json() as never;
  };
  return {
    ...home,
    token,
    email: account.email,
    async createKey(name, ...ipAllowlist) {
      const response = await fetch(`${server.url}/external/v1/auth/keys`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ name, ipAllowlist }),
      });
      if (response.status !== 201) throw new Error(`Creating a key answered ${response.status}`);
      return response.json() as never;
    },
    fetchJson,
    countKeys: async () => (await fetchJson<unknown[]>("/keys")).length,
  };
}

/** Matches a client secret. */
export const secretPattern = /^sec_[0-9a-f]{48}$/;

/**
 * Verifies a secret as a service would, optionally from another address through a trusted proxy. Returns the status.
 */
export async function presentSecret(server: TestServer, clientSecret: string, address?: string): Promise<number> {
  const response = await fetch(`${server.url}/external/v1/auth/verify`, {
    headers: { authorization: `Bearer ${clientSecret}`, ...(address !== undefined && { "x-forwarded-for": address }) },
  });
  await response.arrayBuffer();
  return response.status;
}
