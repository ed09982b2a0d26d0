import { type BrikSync, type CallOptions, type Grant, isApiError, type SessionInfo } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { createField, printRecord } from "../terminal/print-record.ts";
import { formatRelativeTime } from "../text/time.ts";
import { namePrivilege } from "./companies.ts";
import { type Credential, isLimitedToKeys } from "./credential.ts";

/**
 * Runs `briksync whoami`. Throws the server's error, so that rejected (exit code 4) and unreachable (exit code 8) stay
 * different.
 */
export async function showWhoIAm(context: Context): Promise<void> {
  const credential = await context.credential();
  const client = await context.client();
  if (isLimitedToKeys(credential)) return showGrant(context, client, credential);
  const { server, profile, storedProfile } = await context.settings();
  const token = describeOrigin(credential);
  let info: SessionInfo | null = null;
  try {
    info = await client.auth.getSession({ signal: context.signal });
  } catch (error) {
    if (!isApiError(error) || error.feature === undefined) throw error;
    // A server with only the documented calls cannot return the session, but listing keys proves that it accepts the
    // token.
    await client.keys.listPage({ limit: 1 }, { signal: context.signal });
    context.io.writeStatus("This server accepts the token, but does not provide details about it.");
  }
  const note = storedProfile?.sessions?.[server.value];
  const membership = info?.companies.find((company) => company.id === info.activeCompany.id);
  const email = info?.user.email ?? (credential.kind === "session" ? note?.email : undefined);
  const company = info?.activeCompany.name ?? (credential.kind === "session" ? note?.company : undefined);
  const expiresAt = info?.session.expiresAt ?? null;
  const unknown = "not provided by this server";
  const isRenewed = credential.kind === "session" && credential.session.refreshToken !== undefined;
  const renewal = isRenewed ? ", then renewed automatically" : "";
  const fields = [
    createField("Server", "server", server.value, `${server.value} (${server.name})`),
    createField("Profile", "profile", profile.value, `${profile.value} (${profile.name})`),
    createField(
      "User",
      "email",
      email,
      info ? `${info.user.firstName} ${info.user.lastName} <${info.user.email}>` : (email ?? unknown),
    ),
    createField("Company", "company", company, company ?? unknown),
    createField("Role", "privilege", membership?.privilege, membership ? namePrivilege(membership.privilege) : unknown),
    createField("Plan", "plan", info?.plan, info?.plan ?? unknown),
    createField("Your address", "ip", info?.ip, info?.ip ?? unknown),
    createField("Token", "tokenSource", token.name ?? token.storage, formatOrigin(token)),
    createField(
      "Valid until",
      "expiresAt",
      expiresAt,
      expiresAt === null ? unknown : `${expiresAt} (${formatRelativeTime(expiresAt, context.now())}${renewal})`,
    ),
  ];
  if (info?.session.endsOn !== undefined) {
    const end = formatExpiry(info, isRenewed, context.now());
    fields.push(createField("Sign in again", "endsOn", info.session.endsOn, end));
  }
  if (info?.user.mustChangePassword) {
    const advice = "must be changed. Run: briksync password change";
    fields.push(createField("Password", "mustChangePassword", true, advice));
  }
  await printRecord(context, {
    id: info?.user.id ?? email ?? "",
    fields,
    json: {
      server: server.value,
      profile: profile.value,
      user: info?.user ?? null,
      company: membership ?? info?.activeCompany ?? null,
      plan: info?.plan ?? null,
      ip: info?.ip ?? null,
      token,
      session: info?.session ?? null,
    },
  });
}

/** Returns when the user must sign in again: at a fixed time, or only after a time without use. */
function formatExpiry({ session }: SessionInfo, isRenewed: boolean, now: Date): string {
  const { expiresAt, endsOn = expiresAt, endsAtLatestOn = null } = session;
  if (!isRenewed) return `${expiresAt} (${formatRelativeTime(expiresAt, now)})`;
  const end = `${endsOn} (${formatRelativeTime(endsOn, now)})`;
  if (endsOn === endsAtLatestOn) return end;
  const limit = endsAtLatestOn === null ? "" : `, but at the latest on ${endsAtLatestOn}`;
  return `${end}, or later if you use the CLI before${limit}`;
}

// Describes the source and storage of the token, which it never contains.
function describeOrigin(credential: Credential) {
  if (credential.kind !== "session" && credential.kind !== "none") {
    return { source: "environment", name: credential.name, storage: null, path: null, isEncrypted: null } as const;
  }
  const isFile = credential.kind === "session" && credential.storage.kind === "file";
  return {
    source: "session",
    name: null,
    storage: isFile ? "file" : "keychain",
    path: isFile ? credential.storage.place : null,
    isEncrypted: !isFile,
  } as const;
}

function formatOrigin(token: ReturnType<typeof describeOrigin>): string {
  if (token.source === "environment") return `from ${token.name}, not stored`;
  return token.storage === "file"
    ? `stored in ${token.path} (readable only by you, not encrypted)`
    : "stored in the keychain";
}

/** Returns what a token may do, with the names of its keys. */
export async function readGrant(
  client: Pick<BrikSync, "auth" | "keys">,
  options: CallOptions,
): Promise<{ readonly grant: Grant; readonly keyNames: readonly string[] }> {
  const grant = await client.auth.getGrant(options);
  const keys = await Array.fromAsync(client.keys.list({}, options));
  return { grant, keyNames: keys.map(({ name }) => name) };
}

/** Runs `briksync whoami` for a job or an automation token: which trust or token, which keys, and until when. */
export async function showGrant(
  context: Context,
  client: Pick<BrikSync, "auth" | "keys">,
  credential: Credential,
): Promise<void> {
  const { grant, keyNames } = await readGrant(client, { signal: context.signal });
  const { server, profile } = await context.settings();
  const { kind, id, name, may, company, expiresAt, run } = grant;
  const origin = credential.kind === "trust" || credential.kind === "token" ? credential.name : null;
  const isTrust = kind === "trust";
  const isExchanged = credential.kind === "trust";
  const end = `${formatRelativeTime(expiresAt, context.now())}${isExchanged ? ", then renewed automatically" : ""}`;
  await printRecord(context, {
    id,
    json: {
      server: server.value,
      profile: profile.value,
      ...grant,
      keyNames,
      token: { source: "environment", name: origin },
    },
    fields: [
      createField("Server", "server", server.value, `${server.value} (${server.name})`),
      createField(isTrust ? "Trust" : "Automation token", "name", name),
      createField("ID", "id", id),
      createField("Company", "company", company.name),
      createField("Plan", "plan", company.plan),
      createField("May", "may", may.join(" ")),
      createField("Keys", "keys", keyNames.join(" "), keyNames.length === 0 ? "none" : keyNames),
      ...(run === null ? [] : [createField("Run", "run", `${run.repository} ${run.workflow} ${run.runId}`)]),
      createField(
        "Token",
        "tokenSource",
        origin ?? "",
        isExchanged ? "exchanged for the token of the CI platform, not stored" : `from ${origin}, not stored`,
      ),
      createField("Valid until", "expiresAt", expiresAt, `${expiresAt} (${end})`),
    ],
  });
}
