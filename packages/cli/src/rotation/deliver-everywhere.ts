import type { ApiKey, DeliveryContext, StagedSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { maskSecret } from "../keys/mask-secret.ts";
import { sanitizeText } from "../output/sanitize.ts";
import { requireDeliverable } from "../sinks/require-deliverable.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Standing } from "./standing.ts";
import type { ProgressTeller } from "./tell-progress.ts";

/** Who minds and who tells what was delivered. */
interface Witnesses {
  readonly standing: Standing;
  readonly teller: ProgressTeller;
}

/**
 * Hands a new secret to every sink, one after the other, each under the rotation's lease as it is renewed right before. Stops at the first that
 * fails, and when the lease is lost. Begun again, it begins with the first sink.
 */
export async function deliverEverywhere(
  context: Context,
  { name }: Pick<ApiKey, "name">,
  sinks: readonly Sink[],
  { standing, teller }: Witnesses,
  { keyId, clientId, clientSecret }: StagedSecret,
  lease: DeliveryContext,
): Promise<void> {
  const secret = { name, id: keyId, clientId, clientSecret };
  requireDeliverable(secret);
  await maskSecret(context, clientSecret);
  for (const sink of sinks) {
    await lease.holdLease();
    const stopWaiting = context.io.startWaiting(`Handing the secret to ${sanitizeText(sink.description)}`);
    try {
      await standing.track(sink, () => sink.deliver(secret, lease.signal, () => lookAtLease(lease)));
    } finally {
      stopWaiting();
    }
    teller.tellDelivered(sink);
  }
}

// A process that was stopped, or a machine that slept, wakes up after its time without knowing it.
async function lookAtLease(lease: DeliveryContext): Promise<void> {
  if (lease.leaseRemainingMs === 0) await lease.holdLease();
  lease.signal.throwIfAborted();
}
