import type { SubscriptionRecord } from "../store/records.ts";

/** What a subscription bought, at the time of an event. */
export interface SubscriptionState {
  /** Stripe's word: active, trialing, past_due, canceled, … */
  readonly status: string;
  /** Ids and lookup keys of its prices. */
  readonly prices: readonly string[];
}

/** What the billing service tells, once it is certain that it does. */
export type BillingEvent =
  | {
      readonly kind: "subscription";
      readonly id: string;
      readonly occurredOn: string;
      readonly news: SubscriptionRecord["toldBy"];
      readonly subscriptionId: string;
      readonly customerId: string;
      /** Whose customer that is, where it says so. */
      readonly companyId: string | null;
      readonly state: SubscriptionState;
      /** What an update replaced; the parts it names, and the state's own for the rest. */
      readonly previous: SubscriptionState;
    }
  | { readonly kind: "checkout"; readonly id: string; readonly customerId: string; readonly companyId: string | null }
  /** Nothing that concerns us. */
  | { readonly kind: "other" }
  /** Ours by its type, but not of the form we know. */
  | { readonly kind: "unreadable" };

/** Tells events of the billing service from everybody else's. */
export interface BillingEvents {
  /** Null for a body that the service did not sign, or not within the last (or next) five minutes. */
  read(body: Buffer, signature: string): Promise<BillingEvent | null>;
}
