import { type BrikSync, createMemorySessionStore, type Session, type SignInResult } from "@briksync/sdk";
import type { Profile } from "../config/config.ts";
import { updateProfile } from "../config/update-profile.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { openSessionStorage } from "../storage/open-session-storage.ts";
import type { SessionStorage } from "../storage/session-storage.ts";
import { canAsk } from "../terminal/confirm.ts";
import { isShowable, sanitizeText } from "../text/sanitize.ts";
import { askAndChangePassword } from "./change-password.ts";
import { chooseMethod, type MethodOptions } from "./choose-method.ts";
import { chooseStorage } from "./choose-storage.ts";
import { findCompany, pickCompany } from "./companies.ts";
import { loadDeviceToken, saveDeviceToken } from "./device-token.ts";
import { findLogin, type Login, presentLogin } from "./find-login.ts";
import { openClient } from "./open-client.ts";
import { passwordChangeLine } from "./read-password.ts";
import { signInInBrowser } from "./sign-in-in-browser.ts";

/** The options of `briksync login`. */
export interface SignInOptions extends MethodOptions {
  readonly insecureStorage?: boolean;
}

/** Time limit for ending a session that is no longer needed. */
const signOutTimeoutMs = 3000;

/**
 * Runs `briksync login`: chooses the storage and the method, prompts for missing values, and signs in. Then it changes
 * the password if required, selects the company, and stores the session. Ends a session that cannot be stored. In the
 * result, `mustChangePassword` stays true only if the CLI could not prompt for a new password.
 */
export async function signIn(context: Context, options: SignInOptions) {
  const storage = await chooseStorage(context, options.insecureStorage === true);
  const holder = createMemorySessionStore();
  const client = await openClient(context, { session: holder });
  const method = await chooseMethod(context, client, options);
  const login = method === "password" ? await findLogin(context, options) : null;
  const accepted =
    login === null
      ? { result: await signInInBrowser(context, client, options), password: null }
      : await presentLogin(context, client, login);
  let { result } = accepted;
  let isPasswordNew = false;
  try {
    if (result.user.mustChangePassword && accepted.password !== null)
      isPasswordNew = await hasChangedPassword(context, client, accepted.password);
    const mustChangePassword = result.user.mustChangePassword && !isPasswordNew;
    const company = await selectSignInCompany(context, result, login);
    if (company !== undefined)
      result = await client.auth.switchCompany({ companyId: company }, { signal: context.signal });
    await storeSession(context, storage, (await holder.load()) ?? result.session, result, method);
    if (login !== null) {
      await saveDeviceToken(context, [login.email, accepted.result.user.email], accepted.result.deviceToken);
    }
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

async function hasChangedPassword(context: Context, client: BrikSync, password: string): Promise<boolean> {
  if (!canAsk(context)) return false;
  context.io.writeStatus("You must change your password before you can continue.");
  await askAndChangePassword(context, client, await context.prompts(), password);
  context.io.writeStatus("Password changed.");
  return true;
}

/**
 * Returns the ID of the company to switch to, or undefined if the active one is correct. Without a `login`, the user
 * has already chosen it in the browser. If the login is from the environment, the company must also be from there.
 */
async function selectSignInCompany(
  context: Context,
  result: SignInResult,
  login: Login | null,
): Promise<string | undefined> {
  const { companies, activeCompany } = result;
  const { company: asked } = context.globals;
  const wanted = context.env["BRIKSYNC_COMPANY"];
  let chosen = activeCompany.id;
  if (asked !== undefined) {
    chosen = findCompany(companies, asked).id;
  } else if (wanted) {
    chosen = pickCompany(result, wanted);
  } else if (companies.length > 1 && login !== null) {
    if (canAsk(context)) {
      const active = companies.filter((company) => company.id === activeCompany.id);
      const others = companies.filter((company) => company.id !== activeCompany.id);
      const choices = [...active, ...others].map((company) => ({
        name: sanitizeText(company.name),
        value: company.id,
      }));
      chosen = await (await context.prompts()).select("Company to work in:", choices);
    } else if (login.isFromEnvironment) {
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
  // `--server` also sets the server of a profile that has another one.
  const remember = (stored: Profile | undefined): Profile => ({
    ...stored,
    server: server.source === "flag" ? server.value : (stored?.server ?? server.value),
    sessions: { ...stored?.sessions, [server.value]: note },
  });
  // Both kinds of storage have the same lock. Another run may have signed in since this one started.
  const replaced = await storage.lock(async () => {
    const stored = [await storage.load({ isExposureAllowed: true }).catch(() => null)];
    await storage.save(session);
    await updateProfile(directory, profile.value, remember, { host: context.host, signal: context.signal });
    if (previousStorage !== undefined && previousStorage.kind !== storage.kind) {
      stored.push(await previousStorage.load({ isExposureAllowed: true }).catch(() => null));
      await previousStorage.save(null).catch(() => {});
    }
    return stored;
  });
  for (const previous of replaced) if (previous !== null) await endReplacedSession(context, previous);
}

/** Ends a session that was replaced, because it is useful only to an attacker. Ignores errors. */
async function endReplacedSession(context: Context, session: Session): Promise<void> {
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

/**
 * Prompts for the password of the stored email address and replaces the stored session. Returns false if no email
 * address is stored, or if the user signed in through a browser. Throws the server's error for a wrong password.
 */
export async function signInAgain(context: Context): Promise<boolean> {
  const { server, storedProfile } = await context.settings();
  const note = storedProfile?.sessions?.[server.value];
  if (note?.email === undefined || note.isFromBrowser === true || !isShowable(note.email)) return false;
  const prompts = await context.prompts();
  context.io.writeStatus(`Your session on ${server.value} has expired or was ended.`);
  const password = await prompts.password(`Password of ${note.email}:`);
  const storage = await context.sessions();
  const client = await openClient(context, { session: createMemorySessionStore() });
  const options = { signal: context.signal };
  const deviceToken = await loadDeviceToken(context, note.email);
  let result = await client.auth.signIn({ email: note.email, password, deviceToken }, options);
  await saveDeviceToken(context, [note.email], result.deviceToken);
  // The command continues in the company of the old session, never in another one without notice.
  if (note.companyId !== undefined && note.companyId !== result.activeCompany.id) {
    const { id } = findCompany(result.companies, note.companyId);
    result = await client.auth.switchCompany(id, options);
  }
  // The entry in the keychain may be missing.
  const credential = await context.credential().catch(() => null);
  const ended = credential?.kind === "session" ? credential.session.accessToken : undefined;
  const replaced = await storage.lock(async () => {
    const stored = await storage.load().catch(() => null);
    await storage.save(result.session);
    return stored;
  });
  // Another run may have signed in during the prompt.
  if (replaced !== null && replaced.accessToken !== ended) await endReplacedSession(context, replaced);
  return true;
}
