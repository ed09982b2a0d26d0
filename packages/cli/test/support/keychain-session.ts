import { expect } from "vitest";
import type { CliHome } from "./cli-process.ts";
import { useAccount, useHome, useServer } from "./lifetimes.ts";
import type { Account, TestServer } from "./server-process.ts";

/** A server, an account, and a home whose sessions are stored in a keychain. */
export interface KeychainSession {
  readonly server: TestServer;
  readonly account: Account;
  readonly home: CliHome;
  /** Returns the arguments of a sign-in that reads the password from stdin. */
  login(): string[];
  /** Signs in on a working bus, so that the profile expects its session in the keychain. */
  signInWith(env: Readonly<Record<string, string>>): Promise<void>;
}

/** Starts a server with an account for all tests of a file, and creates a home for each test. */
export function useKeychainSession(): KeychainSession {
  const server = useServer();
  const account = useAccount(server);
  const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));
  const login = (): string[] => ["login", "--email", account.email, "--password-stdin"];
  return {
    server,
    account,
    home,
    login,
    async signInWith(env) {
      const result = await home.run(login(), { stdin: account.password, env });
      expect(result.stderr).toContain("The session is stored in the keychain");
      expect(result.exitCode).toBe(0);
    },
  };
}
