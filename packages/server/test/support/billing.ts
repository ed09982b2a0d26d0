import type { SignedIn } from "./people.ts";
import type { TestServer } from "./start-server.ts";
import { newStripeId, type SubscriptionFields, webhookSecret } from "./stripe-events.ts";

/** Path of the operations of sessions, keys and the audit trail. */
export const auth = "/external/v1/auth";
/** Time of the first event of a test, in seconds since 1970. */
export const start = Math.floor(Date.parse("2026-03-01T00:00:00Z") / 1000);

/** Settings of a server that receives Stripe events. */
export const billingSettings = { STRIPE_WEBHOOK_SECRET: webhookSecret, RATE_LIMIT_BURST: "1000" };

/** Returns the plan of a person's company. */
export const planOf = async (server: TestServer, { token }: SignedIn): Promise<string> =>
  (await server.call("GET", `${auth}/me`, { token })).body.plan;

/** Returns IDs for a new subscription of a company. */
export const newSubscription = (person: SignedIn): SubscriptionFields & { readonly companyId: string } => ({
  id: newStripeId("sub"),
  customer: newStripeId("cus"),
  companyId: person.companyId,
});
