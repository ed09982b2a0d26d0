import { type BrikSync, createMemorySessionStore, type Session, type SignInResult } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { openSessionStorage } from "../storage/open-session-storage.ts";
import type { SessionStorage } from "../storage/session-storage.ts";
import { canAsk } from "../terminal/confirm.ts";
import { isShowable, sanitizeText } from "../text/sanitize.ts";
import { askAndChangePassword, passwordChangeLine } from "./change-password.ts";
import { chooseMethod, type MethodOptions } from "./choose-method.ts";
import { chooseStorage } from "./choose-storage.ts";
import { findCompany, pickCompany } from "./companies.ts";
import { loadDeviceToken, saveDeviceToken } from "./device-token.ts";
import { findLogin, presentLogin } from "./find-login.ts";
import { openClient } from "./open-client.ts";
import { rememberSession } from "./remember-session.ts";
import { signInInBrowser } from "./sign-in-in-browser.ts";

/** The options of `briksync login`. */
export interface SignInOptions extends MethodOptions {
  readonly insecureStorage?: boolean;
}

/** The result of a sign-in. `mustChangePassword` stays true only if the CLI could not prompt for a new password. */
export interface SignedIn {
  readonly result: SignInResult;
  readonly storage: SessionStorage;
  readonly mustChangePassword: boolean;
}

/** Time limit for ending a session that is no longer needed. */
const signOutTimeoutMs = 3000;

/**
 * Runs `briksync login`: chooses the storage and the method, prompts for missing values, signs in, changes the password
 * if required, selects the company, and then stores the session. Ends a session that cannot be stored.
 */
export async function signIn(context: Context, options: SignInOptions): Promise<SignedIn> {
  const storage = await chooseStorage(context, options.insecureStorage === true);
  const holder = createMemorySessionStore();
  const client = await openClient(context, { session: holder });
  const method = await chooseMethod(context, client, options);
  const accepted = await (method === "browser" ? acceptInBrowser : acceptPassword)(context, client, options);
  const { password } = accepted;
  let { result } = accepted;
  let isPasswordNew = false;
  try {
    const canChange = result.user.mustChangePassword && password !== null;
    if (canChange) isPasswordNew = await hasChangedPassword(context, client, password);
    const mustChangePassword = result.user.mustChangePassword && !isPasswordNew;
    const company = await settleCompany(context, result, accepted);
    if (company !== undefined)
      result = await client.auth.switchCompany({ companyId: company }, { signal: context.signal });
    await storeSession(context, storage, (await holder.load()) ?? result.session, result, method);
    await saveDeviceToken(context, accepted.logins, accepted.result.deviceToken);
    return { result, storage, mustChangePassword };
  } catch (error) {
    await client.auth.signOut({ timeoutMs: signOutTimeoutMs }).catch(() => {});
    const isInterrupted = error instanceof CliError && error.type === "INTERRUPTED";
    if (!isInterrupted || !isPasswordNew) throw error;
    throw new CliError("INTERRUPTED", "Interrupted. Your password was changed, but you are not signed in.", {
      hint: "To sign in with the new password, run: briksync login",
      cause: error,
    });
  }
}

/** A sign-in that the server accepted. */
interface Accepted {
  readonly result: SignInResult;
  /** Null if the CLI has not seen it. */
  readonly password: string | null;
  /** The login names that were used. */
  readonly logins: readonly string[];
  /** Whether the login came from environment variables. Then the company must come from there too. */
  readonly isFromEnvironment: boolean;
  /** Whether the user has already chosen the company. */
  readonly isCompanyChosen: boolean;
}

async function acceptPassword(context: Context, client: BrikSync, options: SignInOptions): Promise<Accepted> {
  const login = await findLogin(context, options);
  const deviceToken = await loadDeviceToken(context, login.email);
  const { result, password } = await presentLogin(context, client, login, deviceToken);
  const logins = [login.email, result.user.email];
  return { result, password, logins, isFromEnvironment: login.isFromEnvironment, isCompanyChosen: false };
}

async function acceptInBrowser(context: Context, client: BrikSync, options: SignInOptions): Promise<Accepted> {
  const result = await signInInBrowser(context, client, options);
  return { result, password: null, logins: [], isFromEnvironment: false, isCompanyChosen: true };
}

async function hasChangedPassword(context: Context, client: BrikSync, password: string): Promise<boolean> {
  if (!canAsk(context)) return false;
  context.io.writeStatus("You must change your password before you can continue.");
  await askAndChangePassword(context, client, await context.prompts(), password);
  context.io.writeStatus("Password changed.");
  return true;
}

/** Returns the ID of the company to switch to, or undefined if the active one is correct. */
async function settleCompany(
  context: Context,
  result: SignInResult,
  { isFromEnvironment, isCompanyChosen }: Pick<Accepted, "isFromEnvironment" | "isCompanyChosen">,
): Promise<string | undefined> {
  const { companies, activeCompany } = result;
  const { company: asked } = context.globals;
  const wanted = context.env["BRIKSYNC_COMPANY"];
  let chosen = activeCompany.id;
  if (asked !== undefined) {
    chosen = findCompany(companies, asked).id;
  } else if (wanted) {
    chosen = pickCompany(result, wanted);
  } else if (companies.length > 1 && !isCompanyChosen) {
    if (canAsk(context)) {
      const active = companies.filter((company) => company.id === activeCompany.id);
      const others = companies.filter((company) => company.id !== activeCompany.id);
      const choices = [...active, ...others].map((company) => ({
        name: sanitizeText(company.name),
        value: company.id,
      }));
      chosen = await (await context.prompts()).select("Company to work in:", choices);
    } else if (isFromEnvironment) {
      chosen = pickCompany(result, wanted);
    } else {
      context.io.writeStatus(
        `You belong to ${companies.length} companies. You work in ${sanitizeText(activeCompany.name)}. To switch, run: briksync companies use NAME`,
      );
    }
  }
  return chosen === activeCompany.id ? undefined : chosen;
}

async function storeSession(
  context: Context,
  storage: SessionStorage,
  session: Session,
  result: SignInResult,
  method: "browser" | "password",
): Promise<void> {
  if (storage.kind === "none") return;
  const [{ directory }, { profile, server, storedProfile }] = await Promise.all([context.config(), context.settings()]);
  const address = { directory, profile: profile.value, server: server.value };
  const before = storedProfile?.sessions?.[server.value];
  const previousStorage = before === undefined ? undefined : openSessionStorage(context, before.storage, address);
  const { email } = result.user;
  const note = {
    storage: storage.kind,
    // The next sign-in offers it as the default, so it must be printable.
    ...(isShowable(email) && { email }),
    ...(method === "browser" && { isFromBrowser: true }),
    company: result.activeCompany.name,
    companyId: result.activeCompany.id,
  };
  // Both kinds of storage have the same lock. Another run may have signed in since this one started.
  const replaced = await storage.lock(async () => {
    const stored = [await storage.load({ isExposureAllowed: true }).catch(() => null)];
    await storage.save(session);
    await rememberSession(context, note);
    if (previousStorage !== undefined && previousStorage.kind !== storage.kind) {
      stored.push(await previousStorage.load({ isExposureAllowed: true }).catch(() => null));
      await previousStorage.save(null).catch(() => {});
    }
    return stored;
  });
  for (const previous of replaced) if (previous !== null) await endReplacedSession(context, previous);
}

/** Ends a session that was replaced, because it is useful only to an attacker. Ignores errors. */
export async function endReplacedSession(context: Context, session: Session): Promise<void> {
  const client = await openClient(context, { session, maxRetries: 0 });
  await client.auth.signOut({ timeoutMs: signOutTimeoutMs }).catch(() => {});
}

/**
 * Returns the error for a required password change if the CLI cannot prompt. The session is stored, and one command
 * changes the password.
 */
export function mustChangePasswordError(): CliError {
  return new CliError(
    "PASSWORD_CHANGE_REQUIRED",
    "You are signed in, but you must change your password before you can continue.",
    { hint: `To change it, run: briksync password change\nWithout a terminal, run: ${passwordChangeLine}` },
  );
}
