import type { Command } from "commander";
import type { Context } from "../context.ts";
import { AmbiguousError, type Candidate, CliError } from "../errors/cli-error.ts";
import { commandPath } from "../errors/usage-error.ts";
import { canAsk } from "../terminal/confirm.ts";
import { sanitizeText } from "../text/sanitize.ts";

/** The argument that names one key, with its help text. */
export const keyArgument = [
  "[key]",
  "ID, client ID or unique name of the key. At a terminal, you can choose one",
] as const satisfies [string, string];

/** The kind of thing that an argument names. */
export type PickedKind = "key" | "company" | "profile" | "session";

/**
 * Runs `work` with the values of an argument. At a terminal, a missing value and an ambiguous name open a list to
 * choose from, and `work` runs again with the choice. So `work` must resolve the names before it changes anything.
 * Without a terminal, throws USAGE for a missing value, and does not catch the error of an ambiguous name.
 */
export async function pickArgument<T>(
  context: Context,
  command: Command,
  kind: PickedKind,
  given: readonly (string | undefined)[],
  work: (first: string, all: readonly string[]) => Promise<T>,
): Promise<T> {
  let values = given.filter((value) => value !== undefined);
  if (values.length === 0) {
    if (!canAsk(context)) {
      const name = command.registeredArguments[0]?.name() ?? "";
      throw new CliError("USAGE", `Missing required argument '${name}'.`, {
        hint: `See: ${commandPath(command)} --help`,
      });
    }
    values = [await choose(context, `Choose a ${kind} (type to search):`, await listCandidates(context, kind))];
  }
  for (;;) {
    try {
      return await work(values[0] ?? "", values);
    } catch (error) {
      if (!(error instanceof AmbiguousError) || !canAsk(context) || !values.includes(error.text)) throw error;
      const chosen = await choose(context, `${error.message.replace(/\.$/, "")}. Choose one:`, error.candidates);
      values = values.map((value) => (value === error.text ? chosen : value));
    }
  }
}

async function choose(context: Context, message: string, candidates: readonly Candidate[]): Promise<string> {
  const { alignTexts } = await import("../terminal/table.ts");
  const names = alignTexts(candidates.map(({ name }) => sanitizeText(name)));
  const choices = candidates.map(({ value, details }, index) => ({ value, name: `${names[index]}  ${details}` }));
  return (await context.prompts()).search(message, choices);
}

async function listCandidates(context: Context, kind: PickedKind): Promise<readonly Candidate[]> {
  const candidates = await loadCandidates(context, kind);
  if (candidates.length > 0) return candidates;
  const [nouns, hint] = {
    key: ["active keys", "To create one, run: briksync keys create NAME"],
    company: ["companies", "Ask an admin of your company for access."],
    profile: ["profiles", "To create one, run: briksync login"],
    session: ["sessions", "To list your sessions, run: briksync sessions list"],
  }[kind];
  throw new CliError("NOT_FOUND", `There are no ${nouns} to choose from.`, { hint });
}

async function loadCandidates(context: Context, kind: PickedKind): Promise<readonly Candidate[]> {
  const { signal } = context;
  if (kind === "profile") {
    const { profiles } = await context.config();
    return [...profiles].map(([name, { server }]) => ({ value: name, name, details: server ?? "" }));
  }
  if (kind === "session") return (await import("../session/manage-sessions.ts")).listSessionCandidates(context);
  const client = await context.client();
  if (kind === "company") {
    const { toCandidate } = await import("../session/companies.ts");
    return (await client.auth.getSession({ signal })).companies.map(toCandidate);
  }
  const { toCandidate } = await import("../keys/find-key.ts");
  return (await Array.fromAsync(client.keys.list({ status: "active" }, { signal }))).map(toCandidate);
}
