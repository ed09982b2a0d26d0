import type { Session, SessionStore } from "@briksync/sdk";
import { CliError } from "../errors/cli-error.ts";
import type { Host } from "../host.ts";

/** The stored session of one profile on one server. It implements the SDK's session store. */
export interface SessionStorage extends SessionStore {
  readonly kind: StorageKind;
  /** The location, for messages: `the keychain`, or the path of the file. */
  readonly place: string;
  /**
   * Reads the session. Rejects a file that other users can read, unless `isExposureAllowed` is set because the session
   * will be ended.
   */
  load(options?: { readonly isExposureAllowed?: boolean }): Promise<Session | null>;
  /** Checks that {@link SessionStore.save} will work, before the refresh token is spent. Throws like `save`. */
  prepare(): Promise<void>;
  /** Runs `work` while no other briksync process on this machine refreshes the same session. */
  lock<T>(work: () => Promise<T>): Promise<T>;
}

/** Where a session can be stored. `none` stores nothing. */
const storageKinds = ["keychain", "file", "none"] as const;

/** One of {@link storageKinds}. */
export type StorageKind = (typeof storageKinds)[number];

/** Returns the value of BRIKSYNC_STORAGE, or undefined if it is not set. Throws USAGE for other values. */
export function readStorageKind(env: Host["env"]): StorageKind | undefined {
  const requested = env["BRIKSYNC_STORAGE"];
  if (!requested) return undefined;
  const kind = storageKinds.find((known) => known === requested);
  if (kind === undefined) {
    throw new CliError("USAGE", `BRIKSYNC_STORAGE is "${requested}". Use one of: ${storageKinds.join(", ")}.`);
  }
  return kind;
}
