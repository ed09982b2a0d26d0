import type { ApiKey, LiveSecret } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { describeEnded, findEnded } from "../../secrets/ended-secrets.ts";
import { canAsk, confirmOrStop } from "../../terminal/confirm.ts";
import { formatDuration } from "../../text/duration.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import type { RotationPlan } from "./rotation-plan.ts";

/**
 * Asks for confirmation at a terminal before a rotation ends another secret that is in use: one in its grace period, or
 * a pending one that was used. Without a terminal, the rotation continues and reports the secret at the end. Throws
 * DECLINED.
 */
export async function agreeToEnds(
  context: Context,
  key: ApiKey,
  { graceSeconds, isAgreed, isLeftPending }: RotationPlan,
): Promise<void> {
  const { io, signal } = context;
  if (isAgreed || isLeftPending || !canAsk(context)) return;
  // This is an additional warning, so errors do not stop the rotation.
  const { keys } = await context.client();
  const secrets = await keys.rotations.list(key.id, { signal }).catch(() => []);
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

// The server does not return when a grace period started. It was not before the creation of the next secret, which may
// also be retiring; else it was at the last rotation.
function findGraceStart({ createdOn }: LiveSecret, secrets: readonly LiveSecret[], rotatedOn?: string | null): number {
  const made = Date.parse(createdOn);
  const starts = secrets
    .filter(({ state }) => state === "retiring")
    .map((other) => Date.parse(other.createdOn))
    .filter((other) => other > made);
  if (rotatedOn) starts.push(Date.parse(rotatedOn));
  return starts.length === 0 ? 0 : Math.min(...starts);
}
