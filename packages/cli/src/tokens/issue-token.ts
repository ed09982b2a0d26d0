import type { AutomationTokenWithSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { findKeys } from "../keys/find-key.ts";
import { checkSecret, formatSecretFrame } from "../secrets/print-secret.ts";
import { deliverToSinks, preflightSinks } from "../sinks/deliver-to-sinks.ts";
import { openSinks, type SinkOptions } from "../sinks/open-sinks.ts";
import { confirmReplacement, requireNoContent, requireOwnSecret, requireReplaceable } from "../sinks/overwriting.ts";
import type { Sink } from "../sinks/sink.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { findToken, printToken } from "./manage-token.ts";

/** The options of `briksync tokens create`. Durations are in seconds. */
export interface CreateTokenOptions extends SinkOptions {
  readonly key: readonly string[];
  readonly may: "rotate";
  readonly expires: number;
  readonly from?: readonly string[];
}

/** The options of `briksync tokens rotate`. Durations are in seconds. */
export interface RotateTokenOptions extends SinkOptions {
  readonly expires?: number;
}

/** Runs `briksync tokens create`. Checks the destinations before it creates the token. */
export async function createToken(context: Context, text: string, options: CreateTokenOptions): Promise<void> {
  const name = text.trim();
  const sinks = openSinks(context, options, { name, isToken: true });
  requireReader(context, sinks);
  await preflightSinks(context, sinks, { name, isToken: true });
  if (options.overwrite !== true) await requireNoContent(context, sinks, { name, isToken: true }, false);
  const { signal } = context;
  const client = await context.client();
  const keys = await findKeys(context, options.key);
  const input = {
    name,
    may: [options.may],
    keyIds: keys.map(({ id }) => id),
    expiresAt: addSeconds(context, options.expires),
    ...(options.from !== undefined && { fromCidrs: options.from }),
  };
  const token = await client.tokens.create(input, { signal });
  await deliverToken(context, token, sinks, {
    title: `Created the automation token "${token.name}".`,
    lookLast: async (sink) => {
      if (options.overwrite !== true) await requireOwnSecret(sink, nameToken(token), token.token);
    },
  });
  if ((await context.output()) !== "table") return;
  context.io.writeStatus(
    "\nIn the job, set BRIKSYNC_SERVER, and set the token as BRIKSYNC_TOKEN.\nIf the job has the token in a file, set BRIKSYNC_TOKEN_FILE to its path.",
  );
}

/** Runs `briksync tokens rotate`. The old token works until the new one is used. */
export async function rotateToken(context: Context, text: string, options: RotateTokenOptions): Promise<void> {
  openSinks(context, options, { name: "x" });
  const { signal } = context;
  const client = await context.client();
  const found = await findToken(context, text);
  const key = nameToken(found);
  const sinks = openSinks(context, options, key);
  requireReader(context, sinks);
  await preflightSinks(context, sinks, key);
  const deliveries = sinks.map((sink) => ({ sink, key }));
  const replaced = options.overwrite === true ? new Set(sinks) : await confirmReplacement(context, deliveries);
  const expiry = options.expires === undefined ? {} : { expiresAt: addSeconds(context, options.expires) };
  const token = await client.tokens.rotate(found.id, { signal, ...expiry });
  await deliverToken(context, token, sinks, {
    title: `Created a new secret for "${token.name}". The old one works until the new one is used.`,
    lookLast: async (sink) => {
      if (!replaced.has(sink)) await requireReplaceable(sink, key);
    },
  });
}

function addSeconds(context: Context, seconds: number): Date {
  return new Date(context.now().getTime() + seconds * 1000);
}

/** Returns a token as the key of a delivery. Destinations get the ID of the token instead of a client ID. */
function nameToken({ id, name }: { readonly id: string; readonly name: string }) {
  return { id, name, clientId: id, isToken: true };
}

/** Throws USAGE if the token would be lost. Without destinations, the CLI shows it only at a terminal. */
function requireReader({ io, globals }: Context, sinks: readonly Sink[]): void {
  if (sinks.length > 0) return;
  if (io.isDataTty && (globals.output === undefined || globals.output === "table")) return;
  throw new CliError("USAGE", "Without --to, the CLI shows the token only at a terminal, as a table.", {
    hint: "Pass a destination, such as: --to file:automation.token",
  });
}

async function deliverToken(
  context: Context,
  { token: clientSecret, isReplay: _, ...token }: AutomationTokenWithSecret,
  sinks: readonly Sink[],
  { title, lookLast }: { readonly title: string; lookLast(sink: Sink): Promise<void> },
): Promise<void> {
  const { io, signal } = context;
  const isTable = (await context.output()) === "table";
  checkSecret({ clientSecret }, title);
  if (isTable) io.writeDone(sanitizeText(title));
  if (sinks.length === 0) {
    await io.writeData(`\n${formatSecretFrame({ Token: clientSecret.reveal() }, io.colors, io.dataWidth ?? 80)}`);
    return;
  }
  const delivered: string[] = [];
  try {
    await deliverToSinks(
      context,
      sinks,
      { ...nameToken(token), clientSecret },
      {
        signal,
        lookLast,
        async attempt(sink, deliver) {
          await deliver();
          delivered.push(sink.spec);
          if (isTable) io.writeDone(`Delivered to ${sanitizeText(sink.describe(nameToken(token)))}.`);
        },
      },
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(signal.aborted ? "INTERRUPTED" : "SINK_FAILED", `${title} But the delivery failed. ${reason}`, {
      details: delivered.map((spec) => `✓ ${spec}`),
      hint: `Fix the problem. To deliver a new secret, run: briksync tokens rotate ${token.id} --to DESTINATION`,
      cause: error,
    });
  }
  await printToken(context, token, { deliveredTo: delivered });
}
