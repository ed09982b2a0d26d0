import type { Secret } from "../secret/secret.ts";
import type { ListLimits } from "./call-options.ts";
import type { Session } from "./session.ts";

/** The signed-in user. */
export interface User {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** If true, the server refuses all key calls until the user has changed the password with `auth.changePassword`. */
  readonly mustChangePassword: boolean;
}

/** ID and name of a company. */
export interface Company {
  readonly id: string;
  readonly name: string;
}

/**
 * A company that the user belongs to. `privilege` is 1 (Super Admin), 2 (Admin) or 3 (Member). Key calls require 1 or
 * 2.
 */
export interface CompanyMembership extends Company {
  readonly privilege: number;
}

/** The result of `auth.signIn`, `auth.refresh` and `auth.switchCompany`. */
export interface SignInResult {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /**
   * Device token. Only `auth.signIn` returns it, if the server supports it. Store it longer than the session, and pass
   * it to the next `auth.signIn` of the same account. Failed sign-ins of others then do not block you. The token does
   * not replace the password.
   */
  readonly deviceToken?: string;
  /** Seconds until the access token expires. */
  readonly expiresIn?: number;
  readonly user: User;
  readonly activeCompany: Company;
  readonly companies: readonly CompanyMembership[];
  /** The same tokens, in the format of the `session` option of the client. */
  readonly session: Session;
}

/** The session of a call. */
export interface SessionInfo {
  readonly user: User;
  readonly activeCompany: Company;
  readonly companies: readonly CompanyMembership[];
  readonly session: {
    readonly id: string;
    /** When the access token expires. */
    readonly expiresAt: string;
    /** When the user must sign in again, unless a refresh extends the session. Older servers do not send it. */
    readonly endsOn?: string;
    /** When the session ends at the latest. Null if refreshes can extend it without a limit. */
    readonly endsAtLatestOn?: string | null;
  };
  readonly plan: "FREE" | "PRO" | "BUSINESS" | (string & {});
  /** IP address of the caller, as the server sees it. Null if it is unknown. */
  readonly ip: string | null;
}

/** One of the user's own sessions, from `auth.listSessions`. */
export interface ListedSession {
  readonly id: string;
  /** Whether this is the session of the client. */
  readonly current: boolean;
  /**
   * How it was opened: with a password, in a browser, by a device that the user approved in a browser, or with a token
   * of the identity provider. Null if it is older than this field.
   */
  readonly openedWith: "password" | "browser" | "device" | "provider" | (string & {}) | null;
  /** Name that the device gave itself. */
  readonly hostName: string | null;
  /** What the client calls itself, such as its user agent. The server does not verify it. */
  readonly client: string | null;
  /** IP address of the sign-in. */
  readonly ip: string | null;
  readonly createdOn: string;
  /** Time of the sign-in or the last refresh. Null if it is older than this field. */
  readonly lastUsedOn: string | null;
  /** When it ends, unless a refresh extends it. */
  readonly expiresOn: string;
  /** Null if the user no longer belongs to that company. */
  readonly company: Company | null;
}

/** Input of `auth.listSessions`. See its example. */
export interface ListSessionsInput extends ListLimits {}

/** Input of `auth.signIn`. See its example. */
export interface SignInInput {
  /** Email address or username. */
  readonly email: string;
  readonly password: string;
  /** ID of the company to work in. The default is the first company of the user. */
  readonly companyId?: string | undefined;
  /** `deviceToken` of an earlier sign-in of the same account. The server ignores any other token. */
  readonly deviceToken?: string | Secret | undefined;
}

/** Input of `auth.changePassword`. See its example. */
export interface ChangePasswordInput {
  readonly currentPassword: string;
  readonly newPassword: string;
}
