import { isBrikSyncError } from "@briksync/sdk";
import type { Settings } from "../config/settings.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { exitCodes } from "../errors/exit-codes.ts";
import { probeKeychain } from "../keychain/keychain.ts";
import { isLimitedToKeys, nameEnvironmentCredential } from "../session/credential.ts";
import { openClient } from "../session/open-client.ts";
import { readGrant } from "../session/who-am-i.ts";
import { explainError } from "../terminal/error-report.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatRelativeTime } from "../text/time.ts";
import { type Finding, failed, ok, skipped, warning } from "./check.ts";

const callTimeoutMs = 8000;

/** Writes, reads and removes a keychain entry. A failure matters only if the session is stored in the keychain. */
export async function checkKeychain(context: Context, settings: Settings | undefined): Promise<Finding> {
  try {
    await probeKeychain(context);
    return ok("keychain", "stored, read and removed a test entry");
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const note = settings?.storedProfile?.sessions?.[settings.server.value];
    const isUnneeded =
      note?.storage === "file" ||
      Boolean(context.env["BRIKSYNC_STORAGE"] && context.env["BRIKSYNC_STORAGE"] !== "keychain");
    if (isUnneeded || nameEnvironmentCredential(context.env) !== null)
      return warning("keychain", `${error.message} The CLI does not need it now.`);
    return failed("keychain", error.exitCode, error.message, error.hint);
  }
}

/**
 * Checks whether a BrikSync server responds at the URL. It uses an invalid token, because only the rejection counts.
 */
export async function checkServer(context: Context, server: string): Promise<Finding> {
  try {
    const client = await openClient(context, { accessToken: "briksync-doctor", maxRetries: 0 });
    await client.keys.listPage({ limit: 1 }, { signal: context.signal, timeoutMs: callTimeoutMs });
    return warning("server", `${server} lists keys without valid credentials, so it is probably not a BrikSync server`);
  } catch (error) {
    if (!isBrikSyncError(error)) throw error;
    if (error.type === "UNAUTHORIZED") return ok("server", `a BrikSync server responds at ${server}`);
    const report = await explainError(error, { server, isDebug: false });
    const exitCode = error.type === "CONFIGURATION" || error.status === 429 ? report.exitCode : exitCodes.unreachable;
    const isCircular = report.hint?.includes("briksync doctor") === true;
    return failed("server", exitCode, report.message, isCircular ? undefined : report.hint);
  }
}

/** Checks whether the server accepts the credential of this run. A missing sign-in is not a failure. */
export async function checkSession(context: Context, server: string): Promise<Finding> {
  let name = "the stored session";
  try {
    const credential = await context.credential();
    if (credential.kind === "none")
      return warning("session", "you are not signed in", "To sign in, run: briksync login");
    if (credential.kind !== "session") name = credential.name;
    const client = await context.client();
    const call = { signal: context.signal, timeoutMs: callTimeoutMs };
    if (isLimitedToKeys(credential)) {
      const { grant, keyNames } = await readGrant(client, call);
      const { kind, company, expiresAt } = grant;
      const what = `${kind === "trust" ? "trust" : "automation token"} "${grant.name}"`;
      const end = `its token expires ${formatRelativeTime(expiresAt, context.now())}`;
      const keys = `may ${grant.may.join(", ")}: ${keyNames.join(", ")}`;
      return ok("session", sanitizeText(`${name}: ${what}, ${company.name}, ${company.plan}, ${end}, ${keys}`));
    }
    const { user, activeCompany, plan } = await client.auth.getSession(call);
    const who = `${name}: ${user.email}, ${activeCompany.name}, ${plan}`;
    if (user.mustChangePassword) {
      const hint = "To change your password, run: briksync password change";
      return failed("session", exitCodes.forbidden, `${sanitizeText(who)}. You must change your password`, hint);
    }
    return ok("session", sanitizeText(who));
  } catch (error) {
    if (isBrikSyncError(error) && "feature" in error && error.feature !== undefined) {
      return skipped("session", "this server does not provide details about the session");
    }
    const credentialName = name === "the stored session" ? undefined : name;
    const report = await explainError(error, { server, credentialName, isDebug: false });
    return failed("session", report.exitCode, report.message, report.hint);
  }
}
