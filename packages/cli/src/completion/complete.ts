import { once } from "node:events";
import { type ApiKey, isApiError } from "@briksync/sdk";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { createContext } from "../create-context.ts";
import type { Io } from "../terminal/io.ts";
import { isShowable, sanitizeText } from "../text/sanitize.ts";
import { quoteForBash, splitBashLine } from "./bash-line.ts";
import { type Candidate, type CompletionPlan, type NameSource, planCompletion } from "./complete-words.ts";

/** Time limit for a completion. A slow server then offers no names. */
const timeoutMs = 1500;

/** The options that the completion scripts pass. */
export interface CompleteOptions {
  /** The line up to the cursor (bash only). */
  readonly line?: string;
  /** The end of the line that readline replaces (bash only). */
  readonly word?: string;
  /** Prints `value TAB description` instead of the values alone. */
  readonly descriptions?: boolean;
  /** The topics that `help` accepts in addition to commands. */
  readonly topics?: readonly string[];
}

/** Prints the completions of the current word, one per line. It never prompts, never fails and prints nothing else. */
export async function complete(
  context: Context,
  program: Command,
  words: readonly string[],
  options: CompleteOptions,
): Promise<void> {
  const line = options.line === undefined ? undefined : splitBashLine(options.line);
  const plan = planCompletion(program, line === undefined ? words : line.words.slice(1), options.topics);
  const candidates = await findCandidates(context, plan);
  const lines = new Set<string>();
  for (const { value, description } of candidates) {
    const whole = plan.prefix + value;
    const shown = line === undefined ? whole : quoteForBash(whole, line, options.word ?? line.rawWord);
    if (shown === null) continue;
    lines.add(options.descriptions === true ? `${shown}\t${sanitizeText(description)}\n` : `${shown}\n`);
  }
  await context.io.writeData([...lines].join(""));
}

async function findCandidates(context: Context, plan: CompletionPlan): Promise<Candidate[]> {
  const names = plan.names === undefined ? [] : await findNamesInTime(context, plan).catch(() => []);
  const partial = plan.partial.toLowerCase();
  return [...plan.candidates, ...names].filter(({ value }) => value.toLowerCase().startsWith(partial));
}

/** Hides warnings, because they would disturb the command line that the user is typing. Other commands show them. */
function silence(io: Io): Io {
  return Object.assign(Object.create(io) as Io, { writeError: () => undefined, writeWarning: () => undefined });
}

async function findNamesInTime(context: Context, plan: CompletionPlan): Promise<Candidate[]> {
  if (plan.names === undefined) return [];
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)]);
  const { context: inner, finish } = createContext({
    host: context.host,
    io: silence(context.io),
    signal,
    mayCreateProfile: false,
    globals: {
      ...context.globals,
      server: plan.server,
      profile: plan.profile,
      hasInput: false,
      isQuiet: true,
      isDebug: false,
      timeoutMs,
    },
  });
  const gaveUp = once(signal, "abort").then((): Candidate[] => []);
  try {
    return await Promise.race([findNames(inner, plan.names, plan.partial), gaveUp]);
  } finally {
    await finish();
  }
}

/** The maximum number of names to offer. */
const namesMax = 500;

/** The prefix of all client IDs. */
const clientIdStart = "api_";

/** Keys per request: as many as the server allows. */
const pageSize = 1000;

/** Time after which no further page of keys is requested. The last page then still arrives within {@link timeoutMs}. */
const searchMs = 1000;

/**
 * Looks up names: profiles in the configuration file, companies, sessions and active keys on the server. Throws like
 * any command. The caller ignores the error.
 */
async function findNames(context: Context, source: NameSource, partial: string): Promise<Candidate[]> {
  if (source === "profiles") {
    const { profiles } = await context.config();
    return [...profiles].map(([name, profile]) => ({ value: name, description: profile.server ?? "" }));
  }
  if (source === "companies") {
    const client = await context.client();
    const { companies } = await client.auth.getSession({ signal: context.signal });
    return companies
      .filter((company) => isTypable(company.name))
      .map((company) => ({ value: company.name, description: company.id }));
  }
  if (source === "sessions") return findSessions(context);
  const keys = await findKeys(context, partial);
  if (partial.startsWith("api_"))
    return keys.map((key) => ({ value: key.clientId, description: sanitizeText(key.name) }));
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key.name, (counts.get(key.name) ?? 0) + 1);
  // A name that two keys share is ambiguous, so their client IDs are offered.
  return keys.map((key) =>
    counts.get(key.name) === 1 && isTypable(key.name)
      ? { value: key.name, description: key.clientId }
      : { value: key.clientId, description: sanitizeText(key.name) },
  );
}

/** Returns the IDs of the user's sessions, and the host names that only one of them has. */
async function findSessions(context: Context): Promise<Candidate[]> {
  const client = await context.client();
  const sessions = await Array.fromAsync(client.auth.listSessions({ limit: namesMax }, { signal: context.signal }));
  const { nameSession } = await import("../session/manage-sessions.ts");
  const hosts = sessions.map(({ hostName }) => hostName?.toLowerCase());
  return sessions.map((session, index) => {
    const { id, hostName } = session;
    const isUnique = hosts.filter((name) => name === hosts[index]).length === 1;
    return hostName !== null && isUnique && isTypable(hostName)
      ? { value: hostName, description: id }
      : { value: id, description: sanitizeText(nameSession(session)) };
  });
}

/**
 * Returns the active keys whose name or client ID starts with a text. The server finds names, even among many keys. The
 * CLI searches for client IDs in as many pages as the time allows. It does the same for names on an older server, and
 * for names that differ in the case of letters other than A to Z.
 */
async function findKeys(context: Context, partial: string): Promise<readonly ApiKey[]> {
  const named = partial === "" ? null : await findNamed(context, partial);
  const mayBeClientId = partial.startsWith(clientIdStart) || clientIdStart.startsWith(partial);
  if (named !== null && !mayBeClientId && /^[ -~]*$/.test(partial)) return named;
  const found = await searchPages(context, { limit: pageSize }, partial.toLowerCase());
  return [...new Map([...(named ?? []), ...found].map((key) => [key.id, key])).values()].slice(0, namesMax);
}

/** Returns the keys that the server finds by name. Returns null if the server does not support this. */
async function findNamed(context: Context, partial: string): Promise<readonly ApiKey[] | null> {
  try {
    return await searchPages(context, { namePrefix: partial, limit: namesMax }, partial.toLowerCase());
  } catch (error) {
    if (isApiError(error) && [400, 422].includes(error.status)) return null;
    throw error;
  }
}

async function searchPages(
  context: Context,
  query: { readonly namePrefix?: string; readonly limit: number },
  partial: string,
): Promise<readonly ApiKey[]> {
  const client = await context.client();
  const startedMs = context.host.now().getTime();
  const keys: ApiKey[] = [];
  let cursor: string | undefined;
  do {
    const page = { status: "active", ...query, cursor } as const;
    const { items, nextCursor } = await client.keys.listPage(page, { signal: context.signal });
    keys.push(...items.filter(({ name, clientId }) => [name, clientId].some((text) => startsWith(text, partial))));
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined && keys.length < namesMax && context.host.now().getTime() - startedMs < searchMs);
  return keys.slice(0, namesMax);
}

function startsWith(text: string, partial: string): boolean {
  return text.toLowerCase().startsWith(partial);
}

// A name that starts with a dash would be read as an option.
function isTypable(name: string): boolean {
  return isShowable(name) && !name.startsWith("-");
}
