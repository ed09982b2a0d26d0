import { CliError } from "../errors/cli-error.ts";
import type { Host } from "../host.ts";

/** Where a session can be stored. `none` stores nothing. */
export const storageKinds = ["keychain", "file", "none"] as const;

/** One of {@link storageKinds}. */
export type StorageKind = (typeof storageKinds)[number];

/** Returns the value of BRIKSYNC_STORAGE, or undefined if it is not set. Throws USAGE for other values. */
export function readStorageKind(env: Host["env"]): StorageKind | undefined {
  const asked = env["BRIKSYNC_STORAGE"];
  if (!asked) return undefined;
  const kind = storageKinds.find((known) => known === asked);
  if (kind === undefined) {
    throw new CliError("USAGE", `BRIKSYNC_STORAGE is "${asked}". Use one of: ${storageKinds.join(", ")}.`);
  }
  return kind;
}
