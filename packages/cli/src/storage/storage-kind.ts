import { CliError } from "../errors/cli-error.ts";
import type { Host } from "../host.ts";

/** The places a session can be in. `none`: nowhere, nothing is remembered. */
export const storageKinds = ["keychain", "file", "none"] as const;

/** One of {@link storageKinds}. */
export type StorageKind = (typeof storageKinds)[number];

/** What BRIKSYNC_STORAGE asks for; undefined when it is not set. Throws USAGE for anything else. */
export function readStorageKind(env: Host["env"]): StorageKind | undefined {
  const asked = env["BRIKSYNC_STORAGE"];
  if (!asked) return undefined;
  const kind = storageKinds.find((known) => known === asked);
  if (kind === undefined) {
    throw new CliError("USAGE", `BRIKSYNC_STORAGE is "${asked}". Use one of: ${storageKinds.join(", ")}.`);
  }
  return kind;
}
