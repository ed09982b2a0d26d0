import type { Admin, PrintedKey } from "./admin.ts";
import type { CliResult } from "./cli-process.ts";

/** An entry of an allowlist, as the server returns it. */
export interface Entry {
  readonly id: string;
  readonly cidr: string;
  readonly note: string | null;
  readonly expiresAt: string | null;
}

/** The allowlist of a key, and the command that changes it. */
export interface Allowlist {
  /** Runs `briksync keys allow-ip` for the key. */
  allowIp(...args: string[]): Promise<CliResult>;
  readList(): Promise<readonly Entry[]>;
  /** Returns the sorted CIDR ranges of the list. */
  readCidrs(): Promise<string[]>;
}

/** Returns the allowlist of the key of the running test. */
export function useAllowlist(admin: Admin, key: PrintedKey): Allowlist {
  const readList = (): Promise<readonly Entry[]> => admin.fetchJson(`/keys/${key.id}/ip-allowlist`);
  return {
    allowIp: (...args) => admin.run(["keys", "allow-ip", key.name, ...args]),
    readList,
    readCidrs: async () => (await readList()).map((entry) => entry.cidr).sort(),
  };
}
