import type { Secret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { canAsk } from "../terminal/confirm.ts";
import { beginSentence } from "../text/begin-sentence.ts";
import { quoteCommand } from "../text/quote-command.ts";
import { sanitizeText } from "../text/sanitize.ts";
import type { Sink, SinkKey } from "./sink.ts";

/** A destination and the key that is delivered there. */
export interface Delivery {
  readonly sink: Sink;
  readonly key: SinkKey;
}

/**
 * Throws SINK_UNAVAILABLE where a new key's secret would replace something that exists. A run that resumes another one passes a client
 * secret, which may be its own. {@link requireOwn} decides that when the secret is known.
 */
export async function requireVacant(
  context: Context,
  sinks: readonly Sink[],
  key: SinkKey,
  isResumed: boolean,
): Promise<void> {
  const occupied: Sink[] = [];
  for (const sink of sinks) {
    const content = await sink.findContent(key);
    if (content !== null && !(isResumed && content.kind === "secret")) occupied.push(sink);
  }
  const [first, ...more] = occupied;
  if (first === undefined) return;
  throw new CliError("SINK_UNAVAILABLE", `${beginSentence(first.description)} already exists. Nothing was changed.`, {
    details: more.map(({ description }) => `${beginSentence(description)} already exists.`),
    hint: hintOverwrite(context),
  });
}

/** Throws FILE_FAILED where a destination holds anything else than this very secret by now. */
export async function requireOwn(sink: Sink, key: SinkKey, secret: Secret): Promise<void> {
  const content = await sink.findContent(key);
  if (content === null || content.holds(secret)) return;
  throw new CliError("FILE_FAILED", `${beginSentence(sink.description)} already exists, and --overwrite is not set.`);
}

/**
 * Asks before a rotation replaces anything but a client secret of its key. Returns the destinations where that was agreed to. `--yes` is
 * no answer to this question. Throws CONFIRMATION_REQUIRED where nobody can be asked, and DECLINED.
 */
export async function agreeToReplace(context: Context, deliveries: readonly Delivery[]): Promise<ReadonlySet<Sink>> {
  const asked: Sink[] = [];
  for (const { sink, key } of deliveries) {
    // What cannot be read is reported by the look at the destination itself.
    const content = await sink.findContent(key).catch(ignoreUnavailable);
    if (content?.kind === "other") asked.push(sink);
  }
  const [first, ...more] = asked;
  if (first === undefined) return new Set();
  if (context.globals.isYes || !canAsk(context)) {
    throw new CliError("CONFIRMATION_REQUIRED", `${explainOther(first)} Nothing was changed.`, {
      details: more.map(explainOther),
      hint: hintOverwrite(context),
    });
  }
  const { io } = context;
  for (const sink of asked) io.writeError(`${io.statusColors.yellow("!")} ${sanitizeText(explainOther(sink))}`);
  const prompts = await context.prompts();
  const isAgreed = await prompts.confirm(asked.length === 1 ? "Replace it?" : "Replace them?");
  if (!isAgreed) throw new CliError("DECLINED", "Nothing was changed.");
  return new Set(asked);
}

/** Throws FILE_FAILED where a destination came to hold something that nobody agreed to replace. */
export async function requireReplaceable(sink: Sink, key: SinkKey): Promise<void> {
  if ((await sink.findContent(key))?.kind === "other") throw new CliError("FILE_FAILED", explainOther(sink));
}

function ignoreUnavailable(error: unknown): null {
  if (error instanceof CliError && error.type === "SINK_UNAVAILABLE") return null;
  throw error;
}

function explainOther({ description }: Sink): string {
  return `${beginSentence(description)} contains something other than a client secret of this key.`;
}

function hintOverwrite({ host }: Context): string {
  return `To replace it, run: ${quoteCommand(host, "--overwrite")}`;
}
