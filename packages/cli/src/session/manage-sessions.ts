import type { ListedSession } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { AmbiguousError, type Candidate, CliError } from "../errors/cli-error.ts";
import type { ExitCode } from "../errors/exit-codes.ts";
import { checkConsentPossible, confirmOrStop } from "../terminal/confirm.ts";
import { type ListViewOptions, readListView, selectRows } from "../terminal/list-view.ts";
import { createTimeColumn, type ListLayout, printList } from "../terminal/print-list.ts";
import { findNearestNames, toNameKey } from "../text/names.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatRelativeTime } from "../text/time.ts";
import { nameEnvironmentCredential } from "./credential.ts";

const listHint = "To list your sessions, run: briksync sessions list";

/** Runs `briksync sessions list`. */
export async function listSessions(context: Context, options: ListViewOptions): Promise<void> {
  const view = readListView(options, sessionListLayout.columns);
  const all = await collectSessions(context);
  const { rows, total } = selectRows(all, sessionListLayout, view);
  const none = all.length === 1 ? "Your only session does not match." : `None of your ${all.length} sessions match.`;
  const empty = all.length > rows.length ? none : sessionListLayout.empty;
  await printList(context, rows, { ...sessionListLayout, empty }, { fields: view.fields, total });
}

/** Runs `briksync sessions end <session>`. Returns the exit code of a sign-out that was not complete. */
export async function endSession(context: Context, text: string): Promise<ExitCode | undefined> {
  checkConsentPossible(context, "the session would end.");
  const session = pickSession(await collectSessions(context), text, context.now());
  const name = sanitizeText(nameSession(session));
  await confirmOrStop(
    context,
    session.current
      ? `End the session of this run, "${name}"? This signs you out.`
      : `End the session "${name}" (${describe(session, context.now())})?`,
  );
  const exitCode = session.current ? await endOwnSession(context, session) : undefined;
  if (!session.current) {
    const { auth } = await context.client();
    await auth.endSession(session.id, { signal: context.signal });
    context.io.writeDone(`Ended the session "${name}". The server refuses its tokens from now on.`);
  }
  if ((await context.output()) !== "table") await printList(context, [session], sessionListLayout);
  return exitCode;
}

/** Runs `briksync sessions end --others`. */
export async function endOtherSessions(context: Context): Promise<void> {
  checkConsentPossible(context, "all your other sessions would end.");
  const others = (await collectSessions(context)).filter(({ current }) => !current);
  const [one] = others;
  if (one !== undefined) {
    const what = others.length === 1 ? `your other session, "${sanitizeText(nameSession(one))}"` : undefined;
    await confirmOrStop(context, `End ${what ?? `all ${others.length} other sessions`}?`);
  }
  const { auth } = await context.client();
  const { endedSessions } = await auth.endOtherSessions({ signal: context.signal });
  if (endedSessions === 0) context.io.writeStatus("You have no other sessions.");
  else context.io.writeDone(`Ended ${endedSessions} other session${endedSessions === 1 ? "" : "s"}.`);
  const output = await context.output();
  if (output !== "table" && (output !== "ids" || others.length > 0))
    await printList(context, others, sessionListLayout);
}

/** Returns the user's sessions as entries of a list to choose from. */
export async function listSessionCandidates(context: Context): Promise<readonly Candidate[]> {
  const now = context.now();
  return (await collectSessions(context)).map((session) => toCandidate(session, now));
}

/**
 * Ends the session of this run, and deletes it if it is stored. A token from the environment stays set, but no longer
 * works.
 */
async function endOwnSession(context: Context, { id }: ListedSession): Promise<ExitCode | undefined> {
  if ((await context.credential()).kind === "session") {
    return (await import("./sign-out.ts")).signOut(context, false);
  }
  const { auth } = await context.client();
  await auth.endSession(id, { signal: context.signal });
  const name = nameEnvironmentCredential(context.env);
  context.io.writeDone("Ended the session of this run. The server refuses its tokens from now on.");
  if (name?.startsWith("BRIKSYNC_TOKEN"))
    context.io.writeStatus(`${name} is still set, and its token no longer works.`);
  return undefined;
}

async function collectSessions({ client, signal }: Context): Promise<readonly ListedSession[]> {
  return Array.fromAsync((await client()).auth.listSessions({}, { signal }));
}

/** Returns the session with this ID, or unique host name or client. Throws USAGE, AMBIGUOUS or NOT_FOUND. */
function pickSession(sessions: readonly ListedSession[], text: string, now: Date): ListedSession {
  const describeCandidate = (session: ListedSession): string =>
    `${nameSession(session)}  ${describe(session, now)}  ${session.id}`;
  const wanted = fold(text);
  if (wanted === "") throw new CliError("USAGE", "The ID of the session is empty.", { hint: listHint });
  const byId = sessions.find(({ id }) => id.toLowerCase() === wanted);
  if (byId !== undefined) return byId;
  const named = sessions.filter((session) => listNames(session).some((name) => fold(name) === wanted));
  const [found] = named;
  if (found === undefined) {
    const nearest = findNearestNames(text, [...new Set(sessions.flatMap(listNames))]);
    throw new CliError("NOT_FOUND", `None of your sessions has the ID, host name or client "${sanitizeText(text)}".`, {
      details: sessions
        .filter((session) => listNames(session).some((name) => nearest.includes(name)))
        .map(describeCandidate),
      hint: nearest.length > 0 ? `Did you mean one of these? ${listHint}` : listHint,
    });
  }
  if (named.length === 1) return found;
  throw new AmbiguousError(
    text,
    named.map((session) => toCandidate(session, now)),
    `${named.length} of your sessions have the host name or client "${sanitizeText(text)}".`,
    { details: named.map(describeCandidate), hint: "Use the ID of the session." },
  );
}

/** Returns the names that select a session: its host name, its client, and the name that lists show. */
function listNames(session: ListedSession): readonly string[] {
  return [session.hostName, session.client, nameSession(session)].filter((name) => name !== null);
}

function fold(text: string): string {
  return toNameKey(text).toLowerCase();
}

// The start of the ID distinguishes sessions that look alike, and leaves room on the line.
function toCandidate(session: ListedSession, now: Date): Candidate {
  return {
    value: session.id,
    name: nameSession(session),
    details: `${describe(session, now)}  ${session.id.slice(0, 8)}`,
  };
}

function describe({ ip, lastUsedOn, createdOn, current }: ListedSession, now: Date): string {
  const use =
    lastUsedOn === null
      ? `signed in ${formatRelativeTime(createdOn, now)}`
      : `last used ${formatRelativeTime(lastUsedOn, now)}`;
  return [...(current ? ["this session"] : []), ...(ip === null ? [] : [ip]), use].map(sanitizeText).join(", ");
}

const openings: Readonly<Record<string, string>> = {
  password: "password",
  browser: "browser",
  device: "approved in browser",
  provider: "identity provider",
};

/** Returns the name by which a user recognizes a session: that of the device, or else that of the client. */
export function nameSession({ hostName, client }: Pick<ListedSession, "hostName" | "client">): string {
  if (hostName === null) return client ?? "unknown client";
  return client === null ? hostName : `${hostName} (${client})`;
}

/**
 * The layout of the list of the user's own sessions. Some values are missing for sessions from before an update of the
 * server.
 */
export const sessionListLayout: ListLayout<ListedSession> = {
  empty: "There are no sessions.",
  nouns: ["session", "sessions"],
  id: ({ id }) => id,
  columns: [
    { header: "", field: "current", show: ({ current }) => (current ? "*" : "") },
    { header: "CLIENT", field: "client", show: nameSession, widthMin: 16, isSearched: true },
    {
      header: "SIGNED IN WITH",
      field: "openedWith",
      show: ({ openedWith }) => (openedWith === null ? "unknown" : (openings[openedWith] ?? openedWith)),
      dropOrder: 2,
    },
    { header: "IP ADDRESS", field: "ip", show: ({ ip }) => ip ?? "unknown", isSearched: true },
    {
      header: "LAST USED",
      field: "lastUsedOn",
      show: ({ lastUsedOn }, now) => (lastUsedOn === null ? "unknown" : formatRelativeTime(lastUsedOn, now)),
    },
    {
      header: "COMPANY",
      field: "company",
      value: ({ company }) => company?.name,
      show: ({ company }) => company?.name ?? "none",
      isSearched: true,
      dropOrder: 1,
    },
    { header: "HOST", field: "hostName", isCsvOnly: true, isSearched: true },
    createTimeColumn("CREATED", "createdOn", { isCsvOnly: true }),
    createTimeColumn("EXPIRES", "expiresOn", { isCsvOnly: true }),
    { header: "ID", field: "id", isSearched: true },
  ],
};
