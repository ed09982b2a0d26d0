import { createHash } from "node:crypto";
import type { Session, SessionStore } from "@briksync/sdk";
import type { StorageKind } from "./storage-kind.ts";

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

/**
 * Returns the name of a session in files and the keychain: the profile and a short hash, so that no URL can become part
 * of a path.
 */
export function sessionAccount(profile: string, server: string): string {
  return `${profile}-${createHash("sha256").update(`${profile}\n${server}`).digest("hex").slice(0, 16)}`;
}

/** Parses a stored session. Returns null for invalid text, because the user must then sign in again. */
export function parseSession(text: string): Session | null {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null) return null;
    const { accessToken, refreshToken, expiresAt, companyId } = parsed as Record<string, unknown>;
    if (typeof accessToken !== "string" || accessToken === "") return null;
    return {
      accessToken,
      ...(typeof refreshToken === "string" && { refreshToken }),
      ...(typeof expiresAt === "string" && { expiresAt }),
      ...(typeof companyId === "string" && { companyId }),
    };
  } catch {
    return null;
  }
}
