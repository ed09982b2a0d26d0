import type { Command } from "commander";
import type { Context } from "../context.ts";
import { createContext } from "../create-context.ts";
import type { Io } from "../terminal/io.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { quoteForBash, splitBashLine } from "./bash-line.ts";
import type { Candidate } from "./candidate.ts";
import { type CompletionPlan, planCompletion } from "./complete-words.ts";
import { findNames } from "./find-names.ts";

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
}

/** Prints the completions of the current word, one per line. It never prompts, never fails and prints nothing else. */
export async function complete(
  context: Context,
  program: Command,
  words: readonly string[],
  options: CompleteOptions,
): Promise<void> {
  const line = options.line === undefined ? undefined : splitBashLine(options.line);
  const plan = planCompletion(program, line === undefined ? words : line.words.slice(1));
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
  return Object.assign(Object.create(io) as Io, { writeError: () => undefined });
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
  const gaveUp = new Promise<Candidate[]>((resolve) => {
    signal.addEventListener("abort", () => resolve([]), { once: true });
  });
  try {
    return await Promise.race([findNames(inner, plan.names, plan.partial), gaveUp]);
  } finally {
    await finish();
  }
}
