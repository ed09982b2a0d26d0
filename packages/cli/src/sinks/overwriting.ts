import { inspectSecret, type Secret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { canAsk } from "../terminal/confirm.ts";
import { quoteCommand } from "../text/quote-argument.ts";
import { beginSentence, sanitizeText } from "../text/sanitize.ts";
import type { Sink, SinkKey } from "./sink.ts";

/** A destination, and the key whose secret is delivered to it. */
export interface Delivery {
  readonly sink: Sink;
  readonly key: SinkKey;
}

/**
 * Throws SINK_UNAVAILABLE if the secret of a new key would replace existing content. A resumed run accepts a client
 * secret there, because the earlier run may have written it. {@link requireOwnSecret} checks that when the secret is
 * known.
 */
export async function requireNoContent(
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
  throw new CliError("SINK_UNAVAILABLE", `${beginSentence(first.describe(key))} already exists. Nothing was changed.`, {
    details: more.map((sink) => `${beginSentence(sink.describe(key))} already exists.`),
    hint: hintOverwrite(context),
  });
}

/** Throws FILE_FAILED if a destination contains anything except this secret. */
export async function requireOwnSecret(sink: Sink, key: SinkKey, secret: Secret): Promise<void> {
  const content = await sink.findContent(key);
  if (content === null || content.holds(secret)) return;
  throw new CliError("FILE_FAILED", `${beginSentence(sink.describe(key))} already exists, and --overwrite is not set.`);
}

/**
 * Asks for confirmation before a rotation replaces anything except a client secret of its key. Returns the destinations
 * that may be replaced. `--yes` does not confirm this. Throws CONFIRMATION_REQUIRED or DECLINED.
 */
export async function confirmReplacement(
  context: Context,
  deliveries: readonly Delivery[],
): Promise<ReadonlySet<Sink>> {
  const unconfirmed: Delivery[] = [];
  for (const { sink, key } of deliveries) {
    // Unreadable content is reported by the preflight check of the destination.
    const content = await sink.findContent(key).catch((error: unknown) => {
      if (error instanceof CliError && error.type === "SINK_UNAVAILABLE") return null;
      throw error;
    });
    if (content?.kind === "other") unconfirmed.push({ sink, key });
  }
  const [first, ...more] = unconfirmed;
  if (first === undefined) return new Set();
  if (context.globals.isYes || !canAsk(context)) {
    throw new CliError("CONFIRMATION_REQUIRED", `${explainOther(first)} Nothing was changed.`, {
      details: more.map(explainOther),
      hint: hintOverwrite(context),
    });
  }
  const { io } = context;
  for (const delivery of unconfirmed) io.writeWarning(`${sanitizeText(explainOther(delivery))}`);
  const prompts = await context.prompts();
  const isConfirmed = await prompts.confirm(unconfirmed.length === 1 ? "Replace it?" : "Replace them?");
  if (!isConfirmed) throw new CliError("DECLINED", "Nothing was changed.");
  return new Set(unconfirmed.map(({ sink }) => sink));
}

/** Throws FILE_FAILED if a destination now contains something that the user did not agree to replace. */
export async function requireReplaceable(sink: Sink, key: SinkKey): Promise<void> {
  if ((await sink.findContent(key))?.kind === "other") {
    throw new CliError("FILE_FAILED", explainOther({ sink, key }));
  }
}

function explainOther({ sink, key }: Delivery): string {
  const secret = key.isToken === true ? "an automation token" : "a client secret of this key";
  return `${beginSentence(sink.describe(key))} contains something other than ${secret}.`;
}

function hintOverwrite({ host }: Context): string {
  return `To replace it, run: ${quoteCommand(host, "--overwrite")}`;
}

/** Returns whether a text is a secret of the same kind as the one to deliver, which may replace it. */
export function isOwnSecret(text: string, { isToken = false }: Pick<SinkKey, "isToken">): boolean {
  return isToken ? /^aut_[0-9a-f]{48}$/.test(text) : inspectSecret(text).valid;
}
