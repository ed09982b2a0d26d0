import type { TrustProvider } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { findKeys } from "../keys/find-key.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { printTrust } from "./manage-trust.ts";
import { writeSnippet } from "./pipeline-snippet.ts";
import { type ProviderOptions, pinClaims } from "./provider-claims.ts";

/** The options of `briksync trust add`. */
export interface AddTrustOptions extends ProviderOptions {
  readonly key: readonly string[];
  readonly may: "rotate";
  readonly name?: string;
  /** How long the tokens of jobs work, in seconds. */
  readonly ttl?: number;
  readonly from?: readonly string[];
  readonly reuse?: number;
}

/**
 * Runs `briksync trust add`. Prints the trust, its weaknesses, and the lines to add to the configuration of the
 * pipeline.
 */
export async function addTrust(
  context: Context,
  provider: TrustProvider,
  place: string,
  options: AddTrustOptions,
): Promise<void> {
  const { signal, io } = context;
  const pinned = await pinClaims(context, provider, place, options);
  const client = await context.client();
  const keys = await findKeys(context, options.key);
  const [first] = keys;
  if (first === undefined) throw new CliError("USAGE", "A trust needs at least one key.", { hint: "Pass --key KEY." });
  const { issuer, claims, subject } = pinned;
  const trust = await client.trusts.create(
    {
      name: options.name ?? subject,
      provider,
      claims,
      may: [options.may],
      keyIds: keys.map(({ id }) => id),
      ...(issuer !== undefined && { issuer }),
      ...(options.ttl !== undefined && { ttlSeconds: options.ttl }),
      ...(options.from !== undefined && { fromCidrs: options.from }),
      ...(options.reuse !== undefined && { reuse: options.reuse }),
    },
    { signal },
  );
  const { server } = await context.settings();
  const snippet = writeSnippet({ server: server.value, trust, key: quoteArgument(first.name) });
  if ((await context.output()) === "table") io.writeDone(`Added the trust "${sanitizeText(trust.name)}".`);
  await printTrust(context, trust, { snippet });
  if ((await context.output()) !== "table") return;
  io.writeStatus(`\n${io.statusColors.bold(`Add this to ${sanitizeText(snippet.file)}`)}\n\n${snippet.text}`);
  io.writeStatus(
    "\nInstall briksync in the job first, and replace DESTINATION.\nTo see all destinations, run: briksync help rotation",
  );
}
