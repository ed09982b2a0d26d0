import { createHash } from "node:crypto";
import type { Session, SessionStore } from "@briksync/sdk";
import type { StorageKind } from "./storage-kind.ts";

/** The stored session of one profile on one server, usable as the SDK's session store. */
export interface SessionStorage extends SessionStore {
  readonly kind: StorageKind;
  /** Where that is, for people: `the keychain`, or the file's path. */
  readonly place: string;
  /** Reads the session. One in a file that others can read is refused, unless it is read only to be ended (`isExposureAllowed`). */
  load(options?: { readonly isExposureAllowed?: boolean }): Promise<Session | null>;
  /** Finds out whether {@link SessionStore.save} will work, before the refresh token is spent. Throws as `save` would. */
  prepare(): Promise<void>;
  /** Runs `work` while no other briksync on this machine refreshes the same session. */
  lock<T>(work: () => Promise<T>): Promise<T>;
}

/** Names the session of a profile on a server in files and keychain: readable profile plus a short hash, so that no URL can break out of a path. */
export function sessionAccount(profile: string, server: string): string {
  return `${profile}-${createHash("sha256").update(`${profile}\n${server}`).digest("hex").slice(0, 16)}`;
}

/** Reads a stored session. Returns null for text that is none, since then signing in again is the only way on. */
export function parseSession(text: string): Session | null {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null) return null;
    const { accessToken, refreshToken, expiresAt } = parsed as Record<string, unknown>;
    if (typeof accessToken !== "string" || accessToken === "") return null;
    return {
      accessToken,
      ...(typeof refreshToken === "string" && { refreshToken }),
      ...(typeof expiresAt === "string" && { expiresAt }),
    };
  } catch {
    return null;
  }
}
