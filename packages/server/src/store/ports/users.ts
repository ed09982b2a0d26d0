import type { Plan } from "../../domain/access.ts";
import type {
  CompanyRecord,
  CompanySummary,
  ExternalSessionRecord,
  FoundExternalSession,
  IdentityRecord,
  MemberRecord,
  MembershipRecord,
  UserRecord,
  UserSummary,
} from "../records.ts";
import type { Tables } from "../tables.ts";

/** Users, companies and memberships. */
export interface UserRepository {
  /**
   * Finds a user by email address or username, in the form of `normalizeLogin`. Older non-ASCII logins are also found
   * under Unicode's case rules.
   */
  findByLogin(login: string): Promise<UserRecord | null>;
  findById(id: string): Promise<UserRecord | null>;
  /** Returns the companies of the user, oldest membership first. */
  listMemberships(userId: string): Promise<MembershipRecord[]>;
  insertUser(user: UserRecord & { readonly createdOn: string }): Promise<void>;
  /** Replaces the hash and clears `mustChangePassword`, only if the old hash has not changed. */
  replacePassword(userId: string, oldHash: string, newHash: string): Promise<boolean>;
  /** Clears only `mustChangePassword`, for a password that is stored elsewhere. */
  clearPasswordChange(userId: string): Promise<void>;
  /** Replaces the hash with a stronger one of the same password, only if the old hash has not changed. */
  upgradePasswordHash(userId: string, oldHash: string, newHash: string): Promise<void>;
  /** Locks the user for the rest of the transaction. Returns false if there is none. */
  lockUser(userId: string): Promise<boolean>;
  setDisabled(userId: string, disabledOn: string | null): Promise<boolean>;
  findCompanyByName(name: string): Promise<CompanyRecord | null>;
  insertCompany(company: CompanyRecord & { readonly createdOn: string }): Promise<void>;
  setPlan(companyId: string, plan: Plan): Promise<boolean>;
  /** Returns all users with their companies, ordered by email address. */
  listUsers(): Promise<UserSummary[]>;
  /** Replaces the password with one that must be changed. */
  resetPassword(userId: string, passwordHash: string): Promise<void>;
  /** Removes the membership. Returns false if the user is not a member. */
  deleteMembership(userId: string, companyId: string): Promise<boolean>;
  putMembership(membership: Readonly<Tables["memberships"]>): Promise<void>;
}

/** Companies for operators: names, minimum plans and members. */
export interface CompanyRepository {
  find(id: string): Promise<CompanyRecord | null>;
  /** Finds a company by its name in the form of `toNameKey`. */
  findByNameKey(nameKey: string): Promise<CompanyRecord | null>;
  /** Returns all companies, ordered by name. */
  list(): Promise<CompanySummary[]>;
  /** Locks the companies for the rest of the transaction, always in the same order. */
  lock(ids: readonly string[]): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  /** Sets the only name by which the company is found. Fails if another company has it. */
  putNameKey(id: string, nameKey: string): Promise<void>;
  /** Returns the minimum plan that an operator set. Null if billing controls the plan. */
  findPlanFloor(id: string): Promise<Plan | null>;
  putPlanFloor(id: string, floor: { readonly plan: Plan; readonly setOn: string } | null): Promise<void>;
  /** Returns the members of the company, ordered by email address. */
  listMembers(id: string): Promise<MemberRecord[]>;
}

/** Users of identity providers, their sessions there, and browsers that sign in through a provider. */
export interface IdentityRepository {
  findUser(provider: string, subject: string): Promise<UserRecord | null>;
  /** Links the identity. Returns false if the identity, or the user at this provider, is already linked. */
  link(identity: { provider: string; subject: string; userId: string; linkedOn: string }): Promise<boolean>;
  /** Returns the identity of the user at the provider. */
  findIdentity(provider: string, userId: string): Promise<IdentityRecord | null>;
  listIdentities(userId: string): Promise<IdentityRecord[]>;
  /**
   * Saves the user's address at the provider. Returns false if a later token had another one, or for a repeated call.
   */
  noteEmail(identity: { provider: string; subject: string; email: string; toldOn: string }): Promise<boolean>;
  /** Removes all identities of the user. Returns how many there were. */
  unlink(userId: string): Promise<number>;
  findExternalSession(provider: string, externalId: string): Promise<FoundExternalSession | null>;
  /** Stores the session. Returns false if it already exists. */
  insertExternalSession(session: ExternalSessionRecord & { readonly sessionId: string }): Promise<boolean>;
  insertBrowserSession(browser: { digest: Buffer; sessionId: string }): Promise<void>;
  replaceBrowserDigest(sessionId: string, digest: Buffer): Promise<void>;
  /** Returns whether a session belongs to a browser. */
  isBrowserSession(sessionId: string): Promise<boolean>;
  /** Returns the ID of the browser's session. */
  findBrowserSession(digests: readonly Buffer[]): Promise<string | null>;
  /** Marks the sign-in as used. Returns false if it was already used. */
  spendSignIn(digest: Buffer, expiresOn: string): Promise<boolean>;
  /** Removes used sign-ins that have expired. Returns how many, at most `limit`. */
  deleteSpentSignIns(now: string, limit: number): Promise<number>;
}
