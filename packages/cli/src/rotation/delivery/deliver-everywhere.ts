import type { ApiKey, DeliveryContext, StagedSecret } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { requireReplaceable } from "../../sinks/overwriting.ts";
import { requireDeliverable } from "../../sinks/require-deliverable.ts";
import { maskSecret } from "../../terminal/mask-secret.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import type { RotationPlan } from "./rotation-plan.ts";
import type { RotationState } from "./rotation-state.ts";
import type { ProgressTeller } from "./tell-progress.ts";

/** The state and the messages of a delivery. */
interface Witnesses {
  readonly state: RotationState;
  readonly teller: ProgressTeller;
}

/**
 * Delivers a new secret to all destinations in order. Renews the lease before each delivery. Stops at the first
 * failure, or if the lease is lost. A repeated call starts again with the first destination.
 */
export async function deliverEverywhere(
  context: Context,
  { name }: Pick<ApiKey, "name">,
  { sinks, replaced }: Pick<RotationPlan, "sinks" | "replaced">,
  { state, teller }: Witnesses,
  { keyId, clientId, clientSecret }: StagedSecret,
  lease: DeliveryContext,
): Promise<void> {
  const secret = { name, id: keyId, clientId, clientSecret };
  requireDeliverable(secret);
  await maskSecret(context, clientSecret);
  for (const sink of sinks) {
    await lease.holdLease();
    const stopWaiting = context.io.startWaiting(`Delivering the secret to ${sanitizeText(sink.description)}`);
    try {
      const lookLast = async (): Promise<void> => {
        await lookAtLease(lease);
        if (replaced !== "all" && !replaced.has(sink)) await requireReplaceable(sink, secret);
      };
      await state.track(sink, () => sink.deliver(secret, lease.signal, lookLast));
    } finally {
      stopWaiting();
    }
    teller.tellDelivered(sink);
  }
}

// A process that was stopped, or a machine that slept, does not notice that its lease has expired.
async function lookAtLease(lease: DeliveryContext): Promise<void> {
  if (lease.leaseRemainingMs === 0) await lease.holdLease();
  lease.signal.throwIfAborted();
}
