import type { ApiKey, BrikSync, LiveSecret } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { describeEnded, findEnded } from "../../secrets/ended-secrets.ts";
import { canAsk, confirmOrStop } from "../../terminal/confirm.ts";
import { formatDuration } from "../../text/duration.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import type { RotationPlan } from "./rotation-plan.ts";

/**
 * Asks a person at a terminal before a rotation begins that would end a secret which somebody counts on: one that was used within its grace, or
 * that is pending and was used. Where nobody can be asked the rotation goes on, and tells it in the end. Throws DECLINED.
 */
export async function agreeToEnds(
  context: Context,
  client: Pick<BrikSync, "keys">,
  key: ApiKey,
  { graceSeconds, isAgreed, isLeftPending }: RotationPlan,
): Promise<void> {
  const { io, signal } = context;
  if (isAgreed || isLeftPending || !canAsk(context)) return;
  // Only an offer to think again, so what cannot be had is no reason to stop.
  const secrets = await client.keys.rotations.list(key.id, { signal }).catch(() => []);
  const now = context.now();
  const missed = findEnded(secrets, null, graceSeconds, now).filter((secret) => isCountedOn(secret, secrets, key));
  if (missed.length === 0) return;
  const { bold, yellow } = io.statusColors;
  const when = graceSeconds > 0 ? `${formatDuration(graceSeconds)} after this rotation` : "when this rotation";
  io.writeError(
    [
      `${bold(sanitizeText(key.name))}  ${sanitizeText(key.clientId)}`,
      yellow(`These secrets are in use and stop working ${when} finishes:`),
      ...describeEnded(missed, now).map((line) => `  ${line}`),
    ].join("\n"),
  );
  await confirmOrStop(context, `Rotate "${sanitizeText(key.name)}" anyway?`);
}

function isCountedOn(secret: LiveSecret, secrets: readonly LiveSecret[], { rotatedOn }: ApiKey): boolean {
  const { state, firstUsedOn, lastUsedAt } = secret;
  if (state === "pending") return firstUsedOn !== null || lastUsedAt !== null;
  if (state !== "retiring" || lastUsedAt === null) return false;
  return Date.parse(lastUsedAt) > findGraceStart(secret, secrets, rotatedOn);
}

// When a grace began is not told. It was no earlier than its successor was made, which may be retiring itself by now; else it was the last rotation.
function findGraceStart({ createdOn }: LiveSecret, secrets: readonly LiveSecret[], rotatedOn?: string | null): number {
  const made = Date.parse(createdOn);
  const starts = secrets
    .filter(({ state }) => state === "retiring")
    .map((other) => Date.parse(other.createdOn))
    .filter((other) => other > made);
  if (rotatedOn) starts.push(Date.parse(rotatedOn));
  return starts.length === 0 ? 0 : Math.min(...starts);
}
