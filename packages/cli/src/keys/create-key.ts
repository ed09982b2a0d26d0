import { AdvisedError, isOutcomeUnknown } from "../advised-error.ts";
import type { Context } from "../context.ts";
import { quoteArgument } from "../output/quote-argument.ts";
import { mentionNamesakes } from "./mention-namesakes.ts";
import { readNetworks } from "./plan-allowlist.ts";
import { checkSecretOutput, type NextStep, printSecret, type SecretOptions } from "./print-secret.ts";

/** The options of `briksync keys create`. */
export interface CreateOptions extends SecretOptions {
  readonly allowIp?: readonly string[];
}

/** The whole of `briksync keys create`. Output and addresses are checked before anything is sent. */
export async function createKey(context: Context, name: string, options: CreateOptions): Promise<void> {
  await checkSecretOutput(context, options);
  const networks = readNetworks(options.allowIp ?? []).map((network) => network.text);
  const client = await context.client();
  const input = { name, ...(networks.length > 0 && { ipAllowlist: networks }) };
  const created = await client.keys.create(input, { signal: context.signal }).catch((error: unknown) => {
    throw isOutcomeUnknown(error) ? new AdvisedError(error, lostAnswerHint) : error;
  });
  const key = { ...created, name: created.name ?? name.trim() };
  const next = listNextSteps(key.clientId, networks);
  await printSecret(context, { key, title: `Created "${key.name}".`, next }, options);
  await mentionNamesakes(context, client, key);
}

const lostAnswerHint =
  "Look with briksync keys list: if the key is there, nobody has its secret. Make a new one with briksync keys rotate, or revoke it.";

function listNextSteps(clientId: string, networks: readonly string[]): NextStep[] {
  const restrict = {
    what: "Restrict it",
    how: `briksync keys allow-ip ${quoteArgument(clientId)} --me`,
  };
  return [
    { what: "Use it", how: "send the header  Authorization: Bearer <client secret>" },
    { what: "Try it", how: "briksync keys verify   (asks for the secret)" },
    ...(networks.length === 0 ? [restrict] : []),
  ];
}
