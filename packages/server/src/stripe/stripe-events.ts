import type { BillingEvents } from "../domain/billing/billing-event.ts";
import { readEvent } from "./read-event.ts";

/** Maximum age of a signature in either direction. The library applies this default only to the past. */
const toleranceSeconds = 300;

/** Verifies Stripe events with Stripe's own library, which is loaded with the first event. */
export function createStripeEvents(options: { readonly webhookSecret: string; now(): Date }): BillingEvents {
  return {
    read: async (body, signature) => {
      const signedOn = readTime(signature);
      const nowMs = options.now().getTime();
      if (signedOn === null || signedOn * 1000 > nowMs + toleranceSeconds * 1000) return null;
      const { Stripe } = await import("stripe");
      try {
        const { webhookSecret } = options;
        const event = Stripe.webhooks.constructEvent(
          body,
          signature,
          webhookSecret,
          toleranceSeconds,
          undefined,
          nowMs,
        );
        const read = readEvent(event);
        // An event from the future would override all events until then. Stripe resends it.
        const isAhead = read.kind === "subscription" && Date.parse(read.occurredOn) > nowMs + toleranceSeconds * 1000;
        return isAhead ? null : read;
      } catch {
        // The messages of the library quote the body, the header and details of the secret, so drop them.
        return null;
      }
    },
  };
}

/** Returns the time of the header. The library takes the last of several, and 12 for `t=12x`. */
function readTime(signature: string): number | null {
  const times = signature.split(",").filter((part) => /^\s*t\s*=/.test(part));
  const [, seconds] = /^t=(\d{1,12})$/.exec(times[0] ?? "") ?? [];
  return times.length === 1 && seconds !== undefined ? Number(seconds) : null;
}
