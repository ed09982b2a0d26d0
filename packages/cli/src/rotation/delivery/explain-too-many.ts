import type { ApiKey, LiveSecret } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { AdvisedError } from "../../errors/advised-error.ts";
import { describeSecrets } from "../../secrets/describe-secrets.ts";
import { quoteArgument } from "../../text/quote-argument.ts";

/**
 * Returns the error for a fourth pending rotation, with the three existing ones and a command that makes room: abort an
 * unused one, or finish the one in use.
 */
export async function explainTooMany(context: Context, key: ApiKey, cause: unknown): Promise<AdvisedError> {
  const client = await context.client();
  const secrets = await client.keys.rotations.list(key.id, { signal: context.signal }).catch(() => []);
  const pending = secrets.filter(({ state }) => state === "pending");
  const lines = describeSecrets(pending, context.now());
  const details = lines.map((line, index) => `${pending[index]?.id}  ${line}`);
  return new AdvisedError(cause, advise(pending, quoteArgument(key.clientId)), details);
}

function advise(pending: readonly LiveSecret[], key: string): string {
  const unused = pending.find(({ lastUsedAt, firstUsedOn }) => lastUsedAt === null && firstUsedOn === null);
  const command = `briksync keys rotate ${key}`;
  if (unused !== undefined) {
    return `The secret of rotation ${unused.id} is unused. If no destination has it, abort that rotation: ${command} --abort --rotation ${unused.id} --force`;
  }
  const last = [...pending].sort((a, b) => ((a.lastUsedAt ?? "") < (b.lastUsedAt ?? "") ? 1 : -1))[0];
  return last === undefined
    ? `To list the secrets that work, run: ${command} --status`
    : `To finish the rotation whose secret is in use, run: ${command} --finish --rotation ${last.id}`;
}
