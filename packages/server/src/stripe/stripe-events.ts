import type { BillingEvents } from "../domain/billing/billing-event.ts";
import { readEvent } from "./read-event.ts";

/** How old, or how far ahead, a signature may be: the library's default, which it applies to the past only. */
const toleranceSeconds = 300;

/** Stripe's signed events, verified by Stripe's own library; it is loaded with the first one. */
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
        // From the future it would outdate everything that happens until then. Stripe sends it again.
        const isAhead = read.kind === "subscription" && Date.parse(read.occurredOn) > nowMs + toleranceSeconds * 1000;
        return isAhead ? null : read;
      } catch {
        // The library's messages quote the body, the header and hints about the secret: nothing to keep.
        return null;
      }
    },
  };
}

/** The one time of the header. The library takes the last of several, and of `t=12x` the 12. */
function readTime(signature: string): number | null {
  const times = signature.split(",").filter((part) => /^\s*t\s*=/.test(part));
  const [, seconds] = /^t=(\d{1,12})$/.exec(times[0] ?? "") ?? [];
  return times.length === 1 && seconds !== undefined ? Number(seconds) : null;
}
