import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { openBrowser } from "../../../server/test/support/browser.ts";
import { approve, poll, startDevice } from "../../../server/test/support/device-sign-ins-in-browser.ts";
import { createHttpClient, type HttpClient } from "../../../server/test/support/http-client.ts";
import type { CliHome } from "./cli-process.ts";
import { useHome, useServer } from "./lifetimes.ts";
import type { Account, TestServer } from "./server-process.ts";

const auth = "/external/v1/auth";

/** A session as the CLI prints it. */
export interface Listed {
  readonly id: string;
  readonly current: boolean;
  readonly hostName: string | null;
  readonly client: string | null;
}

/** A server with a new account for each test, and a home of the CLI. */
export interface OwnSessions {
  readonly server: TestServer;
  readonly home: CliHome;
  readonly account: Account;
  /** Signs in with the CLI. */
  login(): Promise<void>;
  /** Signs in as a client with this name, without the CLI. Returns the access token. */
  signIn(userAgent: string): Promise<string>;
  /** Signs devices with these host names in, in a browser. Returns their access tokens. */
  addDevices(...hostNames: string[]): Promise<string[]>;
  list(...args: string[]): Promise<Listed[]>;
  /** Returns the status of a call with an access token. */
  getStatus(token: string): Promise<number>;
}

/** Starts a server for all tests of a file. */
export function useOwnSessions(): OwnSessions {
  const server = useServer();
  const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));
  let client: HttpClient;
  beforeAll(() => {
    client = createHttpClient(server.url);
  });
  afterAll(() => client.close());
  const account = {} as Account;
  beforeEach(async () => {
    Object.assign(account, await server.createAccount());
  });
  return {
    server,
    home,
    account,
    async login() {
      const args = ["login", "--insecure-storage", "--email", account.email, "--password-stdin"];
      expect((await home.run(args, { stdin: account.password })).exitCode).toBe(0);
    },
    async signIn(userAgent) {
      const { email, password } = account;
      const headers = { "user-agent": userAgent };
      return (await client.call("POST", `${auth}/signin`, { json: { email, password }, headers })).body.accessToken;
    },
    async addDevices(...hostNames) {
      const browser = await openBrowser(client, account);
      const { accessToken: token } = (await browser.fetch("/api/auth/token")).body.data;
      const { activeCompany } = (await client.call("GET", `${auth}/me`, { token })).body;
      const tokens: string[] = [];
      for (const hostName of hostNames) {
        const started = await startDevice(client, { host_name: hostName });
        await approve(browser, started.user_code, activeCompany.id);
        tokens.push((await poll(client, started.device_code)).body.access_token);
      }
      return tokens;
    },
    async list(...args) {
      const { exitCode, stdout, stderr } = await home.run(["sessions", "list", "-o", "json", ...args]);
      expect(exitCode, stderr).toBe(0);
      return JSON.parse(stdout);
    },
    getStatus: async (token) => (await client.call("GET", `${auth}/me`, { token })).status,
  };
}
