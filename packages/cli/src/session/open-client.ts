import type { BrikSync, BrikSyncOptions, Session, SessionStore, TransportEvent, WorkloadIdentity } from "@briksync/sdk";
import { version } from "../config/version.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import type { SessionStorage } from "../storage/session-storage.ts";
import { maskToken } from "../terminal/mask-secret.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";
import type { Credential } from "./credential.ts";

/**
 * Returns a client for the server of this run. Its requests are logged with `--debug` and shown as a spinner if they
 * take long.
 */
export async function openClient(context: Context, options: BrikSyncOptions = {}): Promise<BrikSync> {
  const [{ BrikSync }, { server }] = await Promise.all([import("@briksync/sdk"), context.settings()]);
  return new BrikSync({
    baseUrl: server.value,
    userAgent: `briksync-cli/${version}`,
    ...(context.globals.timeoutMs !== undefined && { timeoutMs: context.globals.timeoutMs }),
    onEvent: watchTransport(context, new URL(server.value).host),
    ...options,
  });
}

/**
 * Returns a client with `credential`. A password from the environment signs in for this run only. `onSignedIn` then
 * receives the client, so that the run can sign out at its end. Throws NOT_SIGNED_IN without a credential, and USAGE if
 * the company is not clear.
 */
export async function openSignedInClient(
  context: Context,
  credential: Credential,
  onSignedIn: (client: BrikSync) => void,
): Promise<BrikSync> {
  await checkCompany(context, credential);
  switch (credential.kind) {
    case "trust":
      return openClient(context, { workloadIdentity: createWorkloadIdentity(context, credential.trustId) });
    case "token":
      return openClient(context, { accessToken: credential.token });
    case "session":
      return openClient(context, { session: rememberLoaded(credential.storage, credential.session) });
    case "password": {
      const [{ createMemorySessionStore }, { pickCompany }] = await Promise.all([
        import("@briksync/sdk"),
        import("./companies.ts"),
      ]);
      const client = await openClient(context, { session: createMemorySessionStore() });
      const options = { signal: context.signal };
      const result = await client.auth.signIn({ email: credential.email, password: credential.password }, options);
      onSignedIn(client);
      const { company } = context.globals;
      const companyId =
        company === undefined
          ? pickCompany(result, context.env["BRIKSYNC_COMPANY"])
          : pickCompany(result, company, "--company");
      if (companyId !== result.activeCompany.id) await client.auth.switchCompany({ companyId }, options);
      return client;
    }
    case "none": {
      const { server } = await context.settings();
      const { BRIKSYNC_EMAIL: email, BRIKSYNC_PASSWORD: password } = context.env;
      const fault = password === "" ? "is empty" : "(or BRIKSYNC_PASSWORD_FILE) is not set";
      const cause = email ? ` BRIKSYNC_EMAIL is set, but BRIKSYNC_PASSWORD ${fault}.` : "";
      throw new CliError("NOT_SIGNED_IN", `You are not signed in to ${server.value}.${cause}`, {
        hint: "To sign in, run: briksync login\nIn CI, set BRIKSYNC_TRUST or BRIKSYNC_TOKEN. For the steps, run: briksync help pipelines",
      });
    }
  }
}

// The session was just read, and a second read of the keychain would start another process. Under the lock it is read
// again, because another briksync process may have refreshed it.
function rememberLoaded(storage: SessionStorage, session: Session): SessionStore {
  let known: Session | null = session;
  let isLocked = false;
  return {
    load: async () => {
      if (!isLocked) return known;
      const stored = await storage.load();
      requireSameCompany(known, stored);
      known = stored;
      return known;
    },
    save: async (next) => {
      await storage.save(next);
      known = next;
    },
    prepare: () => storage.prepare(),
    lock: (work) =>
      storage.lock(async () => {
        isLocked = true;
        try {
          return await work();
        } finally {
          isLocked = false;
        }
      }),
  };
}

// The keys, names and confirmations of a run belong to the company in which it started. Older sessions have no company.
function requireSameCompany(known: Session | null, stored: Session | null): void {
  const [before, after] = [known?.companyId, stored?.companyId];
  if (before === undefined || after === undefined || before === after) return;
  throw new CliError("REFUSED", "Another run has switched the session to another company, so this run stops.", {
    hint: `To switch back, run: briksync companies use ${quoteArgument(before)}`,
  });
}

function watchTransport({ io, globals, clock }: Context, host: string): (event: TransportEvent) => void {
  let stopWaiting = (): void => {};
  return (event) => {
    stopWaiting();
    if (event.kind === "response" && event.serverTime !== undefined) clock.learn(event.serverTime, event.durationMs);
    if (event.kind === "request") stopWaiting = io.startWaiting(`Waiting for ${host}`);
    if (event.kind === "retry" && event.delayMs > 1000) {
      stopWaiting = io.startWaiting(`${host} is busy. Retrying in ${Math.round(event.delayMs / 1000)} s`);
    }
    if (globals.isDebug) io.writeError(io.statusColors.dim(`debug: ${describeEvent(event)}`));
  };
}

/**
 * Returns one line about a step of a call. It contains only the method, path, status, times and IDs, and no secrets.
 */
function describeEvent(event: TransportEvent): string {
  const call = `${event.method} ${event.path}`;
  const attempt = event.attempt > 1 ? ` (attempt ${event.attempt})` : "";
  switch (event.kind) {
    case "request":
      return `→ ${call}${attempt}`;
    case "response":
      return `← ${event.status} ${call}${attempt} in ${Math.round(event.durationMs)} ms${describeRequestId(event.requestId)}`;
    case "retry":
      return `… ${call} retry in ${Math.round(event.delayMs)} ms (${event.type})`;
    case "error":
      return `✗ ${call}${attempt} ${event.type}${describeRequestId(event.requestId)}`;
  }
}

function describeRequestId(requestId: string | undefined): string {
  return requestId === undefined ? "" : `, request ${requestId}`;
}

/**
 * Throws USAGE if `--company` or BRIKSYNC_COMPANY names another company than that of the token or stored session, as
 * far as the CLI knows. Some changes, such as a revocation, cannot be undone.
 */
async function checkCompany(context: Context, credential: Credential): Promise<void> {
  const { company: flag } = context.globals;
  const wanted = flag ?? context.env["BRIKSYNC_COMPANY"];
  const name = flag === undefined ? "BRIKSYNC_COMPANY" : "--company";
  if (!wanted) return;
  if (credential.kind === "token" || credential.kind === "trust") {
    const what = credential.kind === "token" ? `The token from ${credential.name}` : "The trust in BRIKSYNC_TRUST";
    throw new CliError("USAGE", `${what} belongs to one company, so ${name} cannot select another.`, {
      hint:
        flag === undefined
          ? `Unset BRIKSYNC_COMPANY or ${credential.name}.`
          : `Omit --company, or unset ${credential.name}.`,
    });
  }
  if (credential.kind !== "session") return;
  const { server, profile, storedProfile } = await context.settings();
  const note = storedProfile?.sessions?.[server.value];
  // A switch saves the session first. Until it has also updated the profile, the profile names another company.
  const companyId = credential.session.companyId ?? note?.companyId;
  const company = note?.companyId === companyId ? note?.company : companyId;
  if (wanted === company || wanted === companyId) return;
  if (flag !== undefined) {
    const login = `briksync login --profile ${nameProfile(flag, profile.value)} --server ${server.value} --company ${quoteArgument(flag)}`;
    throw new CliError(
      "USAGE",
      `Your session is for company "${sanitizeText(company ?? "")}", and no profile has a session for "${sanitizeText(flag)}".`,
      {
        hint: `To list your companies, run: briksync companies list\nTo keep a second session beside this one, run: ${login}\nThen --company selects it. To switch this session, run: briksync companies use ${quoteArgument(flag)}`,
      },
    );
  }
  throw new CliError(
    "USAGE",
    `Your session is for company "${sanitizeText(company ?? "")}", but BRIKSYNC_COMPANY is "${sanitizeText(wanted)}".`,
    { hint: `Unset BRIKSYNC_COMPANY, or sign in to that company: briksync login --company ${quoteArgument(wanted)}` },
  );
}

/** Returns a name for the profile of a company, other than that of this run. */
function nameProfile(company: string, current: string): string {
  const name = company
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  return name === "" || name === current ? `${current.slice(0, 50)}-2` : name;
}

/**
 * Returns the option with which a client signs in as this job. Masks the platform's token and the server's token in the
 * job log. Reports when the run continues with another token.
 */
export function createWorkloadIdentity(context: Context, trustId: string): WorkloadIdentity {
  let runTokens = 0;
  return {
    trustId,
    env: context.env,
    onToken({ kind, value }) {
      maskToken(context, value);
      if (kind === "id-token") return;
      runTokens += 1;
      if (runTokens === 1) return;
      context.io.writeStatus("The token of this job has expired or was ended. The run continues with a new one.");
    },
  };
}
