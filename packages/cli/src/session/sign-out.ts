import { isApiError, type Session } from "@briksync/sdk";
import type { Profile } from "../config/config.ts";
import { updateProfile } from "../config/update-profile.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import type { ExitCode } from "../errors/exit-codes.ts";
import type { ErrorReport } from "../errors/explain-sdk-error.ts";
import { openSessionStorage } from "../storage/open-session-storage.ts";
import type { SessionStorage } from "../storage/session-storage.ts";
import { explainError } from "../terminal/error-report.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { openClient } from "./open-client.ts";

/** A stored session. */
interface Target {
  readonly profile: string;
  readonly server: string;
  readonly storage: SessionStorage;
}

const signOutTimeoutMs = 10_000;

/**
 * Ends stored sessions on their servers and deletes them here. The profile no longer counts as signed in afterwards,
 * even if the keychain or server fails. Returns the exit code of the first failure, because a session may still be
 * valid.
 */
export async function signOut(context: Context, isAll: boolean): Promise<ExitCode | undefined> {
  const { profile, server } = await context.settings();
  const targets = await findTargets(context, (name, url) => isAll || (name === profile.value && url === server.value));
  if (targets.length === 0) context.io.writeStatus("You are not signed in.");
  const exitCode = await endSessions(context, targets);
  const name = ["BRIKSYNC_TRUST", "BRIKSYNC_TOKEN", "BRIKSYNC_TOKEN_FILE"].find((variable) => context.env[variable]);
  if (name !== undefined) context.io.writeStatus(`${name} is still set. Commands continue to use it.`);
  return exitCode;
}

/** Ends all sessions of a profile like {@link signOut}. */
export async function signOutOfProfile(context: Context, profile: string): Promise<ExitCode | undefined> {
  return endSessions(context, await findTargets(context, (name) => name === profile));
}

async function endSessions(context: Context, targets: readonly Target[]): Promise<ExitCode | undefined> {
  const failures: (ErrorReport | undefined)[] = [];
  for (const target of targets) failures.push(await endSession(context, target));
  return failures.find((failure) => failure !== undefined)?.exitCode;
}

async function findTargets(
  context: Context,
  isSelected: (profile: string, server: string) => boolean,
): Promise<readonly Target[]> {
  const { directory, profiles } = await context.config();
  return [...profiles].flatMap(([profile, { sessions = {} }]) =>
    Object.entries(sessions)
      .filter(([server]) => isSelected(profile, server))
      .map(([server, note]) => {
        const storage = openSessionStorage(context, note.storage, { directory, profile, server });
        return { profile, server, storage };
      }),
  );
}

async function endSession(context: Context, { profile, server, storage }: Target): Promise<ErrorReport | undefined> {
  const { io } = context;
  let failure: ErrorReport | undefined;
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof CliError && (error.type === "INTERRUPTED" || error.type === "KEYCHAIN_ENTRY_MISSING"))
        return undefined;
      const report = await explainError(error, { server, isDebug: false });
      failure ??= report;
      return undefined;
    }
  };
  const { directory } = await context.config();
  const forget = (): Promise<void> =>
    updateProfile(directory, profile, (stored) => forgetSession(stored, server), { host: context.host });
  const where = `${server}${profile === "default" ? "" : ` (profile ${profile})`}`;
  const session = await attempt(() => storage.load({ isExposureAllowed: true }));
  if (session) await attempt(() => endAtServer(context, server, session));
  let isDone = false;
  const remove = async (): Promise<void> => {
    if (await holdsOtherSession(context, server, storage, session)) {
      io.writeStatus(`Another run has signed in to ${where} at the same time. Its session stays.`);
    } else {
      await storage.save(null);
      await forget();
    }
    isDone = true;
  };
  // If reading the keychain failed, writing would only wait for the same timeout again.
  if (session !== undefined || storage.kind === "file") await attempt(() => storage.lock(remove));
  if (!isDone) await forget();
  if (failure === undefined) {
    io.writeDone(`Signed out of ${where}.`);
    return undefined;
  }
  io.writeWarning(`Signed out of ${where} on this machine, but an error occurred: ${sanitizeText(failure.message)}`);
  io.writeError(
    "  The session may stay valid on the server until it expires. To end it, sign in again and run: briksync sessions end",
  );
  return failure;
}

async function endAtServer(context: Context, server: string, session: Session): Promise<void> {
  const client = await openClient(context, { baseUrl: server, session });
  try {
    await client.auth.signOut({ signal: context.signal, timeoutMs: signOutTimeoutMs });
  } catch (error) {
    const type = error instanceof Error && "type" in error ? error.type : undefined;
    const isOver = type === "UNAUTHORIZED" || type === "NOT_SIGNED_IN";
    const isNotOffered = error instanceof Error && "feature" in error && error.feature !== undefined;
    if (!isOver && !isNotOffered) throw error;
  }
}

// Returns whether another run has stored a session that is still valid. A refresh also replaces the tokens, but it
// belongs to the session that this run has ended.
async function holdsOtherSession(
  context: Context,
  server: string,
  storage: SessionStorage,
  ended: Session | null | undefined,
): Promise<boolean> {
  const stored = await storage.load({ isExposureAllowed: true }).catch(() => null);
  if (!ended || stored === null || stored.accessToken === ended.accessToken) return false;
  const client = await openClient(context, { baseUrl: server, accessToken: stored.accessToken, maxRetries: 0 });
  return client.auth.getSession({ timeoutMs: signOutTimeoutMs }).then(
    () => true,
    (error) => !isApiError(error, "UNAUTHORIZED"),
  );
}

function forgetSession(profile: Profile | undefined, server: string): Profile | undefined {
  if (profile?.sessions === undefined) return profile;
  return {
    ...profile,
    sessions: Object.fromEntries(Object.entries(profile.sessions).filter(([url]) => url !== server)),
  };
}
