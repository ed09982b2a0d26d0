import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { describeStart, findRecovery, sendOnce, withJournal } from "../journal/with-journal.ts";
import { deliverSecret } from "../secrets/deliver-secret.ts";
import { checkSecretOutput, type NextStep, type SecretOptions } from "../secrets/print-secret.ts";
import { preflightSinks } from "../sinks/deliver-to-sinks.ts";
import { openSinks, type SinkOptions } from "../sinks/open-sinks.ts";
import { requireNoContent } from "../sinks/overwriting.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { findReach, readNetworks } from "./allowlist/plan-allowlist.ts";
import { findCaller } from "./find-caller.ts";
import { warnOfSameName } from "./notices.ts";

/** The options of `briksync keys create`. */
export interface CreateOptions extends SecretOptions, SinkOptions {
  readonly allowIp?: readonly string[];
}

/**
 * Runs `briksync keys create`. Checks the output, the allowlist and the destinations before it sends a request. A run
 * with the same arguments resumes an earlier one that created the key but did not deliver its secret.
 */
export async function createKey(context: Context, text: string, options: CreateOptions): Promise<void> {
  const name = text.trim();
  const sinks = openSinks(context, options, { name });
  if (options.overwrite === true && sinks.length === 0) {
    throw new CliError("USAGE", "--overwrite requires --to.", { hint: "See: briksync keys create --help" });
  }
  // Losing the secret of a new key breaks nothing, so it may be discarded. A rotation ends the old secret, so its new
  // secret must never be discarded.
  await checkSecretOutput(context, options, { isDelivered: sinks.length > 0, mayBeDiscarded: true });
  const ipAllowlist = readNetworks(options.allowIp ?? []).map((network) => network.text);
  await preflightSinks(context, sinks, { name });
  const { signal } = context;
  const client = await context.client();
  const server = (await context.settings()).server.value;
  const { identity: caller, address } = await findCaller(client, signal);
  await warnExcluded(context, ipAllowlist, address);
  const identity = { operation: "create", server, caller, key: name, input: { ipAllowlist } } as const;
  const key = await withJournal(context, identity, async (call) => {
    const words = { what: `the creation of "${name}"`, lostResponseHint };
    const input = { name, ...(ipAllowlist.length > 0 && { ipAllowlist }) };
    if (options.overwrite !== true) {
      await requireNoContent(context, sinks, { name }, call.isResumed).catch(async (error: unknown) => {
        if (!call.isResumed) await call.done();
        throw error;
      });
    }
    const created = await sendOnce(context, call, words, (idempotencyKey) =>
      client.keys.create(input, { signal, idempotencyKey }),
    );
    const named = { ...created, name: created.name ?? name };
    const begun = describeStart(call, context.now());
    const title =
      call.isResumed && created.isReplay
        ? `Recovered the secret of "${named.name}". The creation of the key started ${begun}.`
        : `Created "${named.name}".`;
    const next = listNextSteps(named.clientId, ipAllowlist);
    const secret = { key: named, title, next, recoveryHint: findRecovery(context, call, created) };
    await deliverSecret(context, secret, sinks, options);
    await call.done();
    return named;
  });
  await warnOfSameName(context, key);
}

const lostResponseHint =
  "If the server created the key, its secret was lost. To check, run: briksync keys list\nTo get a new secret, run: briksync keys rotate KEY";

function listNextSteps(clientId: string, networks: readonly string[]): NextStep[] {
  const restrict = { what: "Restrict", how: `briksync keys allow-ip ${quoteArgument(clientId)} --me` };
  return [
    { what: "Use", how: "send the header  Authorization: Bearer <client secret>" },
    { what: "Verify", how: "briksync keys verify   (prompts for the secret)" },
    ...(networks.length === 0 ? [restrict] : []),
  ];
}

/**
 * Prints a warning if the allowlist of a new key excludes the caller. Asks for no confirmation, because a new key is
 * not in use and may be for another machine. Text output only. `address` is the caller's IP address as the server sees
 * it, or null if unknown.
 */
async function warnExcluded(
  { io, now, output }: Context,
  networks: readonly string[],
  address: string | null,
): Promise<void> {
  const entries = networks.map((cidr) => ({ cidr, expiresAt: null }));
  if (findReach(entries, address, now()) !== "excluded" || (await output()) !== "table") return;
  const own = sanitizeText(address ?? "");
  io.writeWarning(`This list excludes your own address, ${own}. To allow it, pass --allow-ip ${own}.`);
}
