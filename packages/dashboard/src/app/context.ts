import type { SessionInfo } from "@briksync/sdk/browser";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Failure } from "../api/failure.ts";
import type { Router } from "./router.ts";

/** A device that waits for its user. All values except the address and the time come from the device itself. */
export interface WaitingDevice {
  readonly hostName: string;
  readonly clientVersion: string;
  readonly ip: string | null;
  readonly createdOn: string;
}

/**
 * Calls that only the server's own page can make, because they use the cookie. Each call rejects with an error whose
 * `message` is for the user. After `switchCompany`, the page loads again.
 */
export interface Account {
  changePassword(input: { readonly currentPassword: string; readonly newPassword: string }): Promise<void>;
  switchCompany(companyId: string): Promise<void>;
  /** Returns the device that waits with this code. */
  findDevice(userCode: string): Promise<WaitingDevice>;
  /** Lets the device sign in as the user, for a company. */
  approveDevice(userCode: string, companyId: string): Promise<void>;
  denyDevice(userCode: string): Promise<void>;
  /** Ends the session of this browser, or all sessions of the user, and leaves the page. */
  signOut(options?: { readonly isEverywhere?: boolean }): Promise<void>;
}

/** Values and functions for every screen. */
export interface AppContext {
  readonly api: Api;
  readonly router: Router;
  /** The session, or null until it was read. */
  readonly session: SessionInfo | null;
  /** Why the session could not be read. */
  readonly sessionFailure: Failure | null;
  /** Reads the session again. */
  readonly reloadSession: () => void;
  readonly account: Account | null;
  /** Asks the host for a new session, after the user clicked. */
  readonly signInAgain: () => void;
}

/** The context of the screens. */
export const AppContextProvider = createContext<AppContext | null>(null);

/** Returns the context of the screens. */
export function useApp(): AppContext {
  const context = useContext(AppContextProvider);
  if (context === null) throw new Error("useApp is called outside of the element");
  return context;
}

/** Returns whether the user's role can manage keys. Returns null until the session was read. */
export function canManageKeys({ session }: AppContext): boolean | null {
  if (session === null) return null;
  const membership = session.companies.find(({ id }) => id === session.activeCompany.id);
  return membership === undefined || membership.privilege <= 2;
}
