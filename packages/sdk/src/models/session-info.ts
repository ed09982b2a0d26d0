import type { Secret } from "../secret/secret.ts";
import type { Session } from "./session.ts";

/** The signed-in person. */
export interface User {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** While true the server refuses every key call until `auth.changePassword` succeeded. */
  readonly mustChangePassword: boolean;
}

/** A company by id and name. */
export interface Company {
  readonly id: string;
  readonly name: string;
}

/** A company the person belongs to. `privilege`: 1 Super Admin, 2 Admin, 3 Member; keys need 1 or 2. */
export interface CompanyMembership extends Company {
  readonly privilege: number;
}

/** What a sign-in, a refresh or a switch of company gives. */
export interface SignInResult {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /**
   * From `auth.signIn` only, as far as the server has it. Keep it beside the session, longer than the session, and pass it to the
   * next `auth.signIn` of the same account: strangers' failed sign-ins then do not hold this one up. It replaces no password.
   */
  readonly deviceToken?: string;
  /** Seconds until the access token ends. */
  readonly expiresIn?: number;
  readonly user: User;
  readonly activeCompany: Company;
  readonly companies: readonly CompanyMembership[];
  /** The same tokens in the form that `BrikSyncOptions.session` takes. */
  readonly session: Session;
}

/** What the server knows about the session a call is made with. */
export interface SessionInfo {
  readonly user: User;
  readonly activeCompany: Company;
  readonly companies: readonly CompanyMembership[];
  readonly session: { readonly id: string; readonly expiresAt: string };
  readonly plan: "FREE" | "PRO" | "BUSINESS" | (string & {});
  /** The address the server sees this call coming from; null when it cannot tell. */
  readonly ip: string | null;
}

/** How to sign in. */
export interface SignInInput {
  /** E-mail address or username. */
  readonly email: string;
  readonly password: string;
  /** The company to work in, for people who belong to several. */
  readonly companyId?: string | undefined;
  /** `deviceToken` of an earlier sign-in of the same account. The server treats any other one like none. */
  readonly deviceToken?: string | Secret | undefined;
}

/** The password in use and the one to replace it. */
export interface ChangePasswordInput {
  readonly currentPassword: string;
  readonly newPassword: string;
}
