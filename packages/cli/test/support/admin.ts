import { type CliHome, createCliHome } from "./cli-process.ts";
import type { AccountInput, TestServer } from "./server-process.ts";

/** A key as the CLI prints it with `-o json`, with the secret where it was just made. */
export interface PrintedKey {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly status: string;
  readonly lastUsedAt: string | null;
}

/** An admin whose runs of the CLI are signed in by a token in the environment. */
export interface Admin extends CliHome {
  readonly token: string;
  readonly email: string;
  /** Makes a key through the CLI. */
  createKey(name: string, ...args: string[]): Promise<PrintedKey>;
  /** Calls the server without the CLI, signed in. */
  fetchJson<Body>(path: string): Promise<Body>;
}

/** Makes an account with a company of its own, and a home to run the CLI in. */
export async function createAdmin(server: TestServer, input: AccountInput = {}): Promise<Admin> {
  const account = await server.createAccount(input);
  const token = await server.signIn(account);
  const home = await createCliHome({ BRIKSYNC_SERVER: server.url, BRIKSYNC_TOKEN: token });
  return {
    ...home,
    token,
    email: account.email,
    async createKey(name, ...args) {
      const { exitCode, stdout, stderr } = await home.run(["keys", "create", "-o", "json", ...args, "--", name]);
      if (exitCode !== 0) throw new Error(`keys create ended with ${exitCode}: ${stderr}`);
      return JSON.parse(stdout);
    },
    async fetchJson(path) {
      const response = await fetch(`${server.url}/external/v1/auth${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      return response.json() as never;
    },
  };
}

/** Presents a secret to the server as a service would, optionally from another address through a trusted proxy. Gives the status. */
export async function presentSecret(server: TestServer, clientSecret: string, address?: string): Promise<number> {
  const response = await fetch(`${server.url}/external/v1/auth/verify`, {
    headers: { authorization: `Bearer ${clientSecret}`, ...(address !== undefined && { "x-forwarded-for": address }) },
  });
  await response.arrayBuffer();
  return response.status;
}
