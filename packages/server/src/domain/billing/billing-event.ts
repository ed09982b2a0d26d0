import type { SubscriptionNewsRecord, SubscriptionState } from "../../store/records.ts";

export type { SubscriptionState };

/** What the billing service tells, once it is certain that it does. */
export type BillingEvent =
  | (SubscriptionNewsRecord & {
      readonly kind: "subscription";
      readonly subscriptionId: string;
      readonly customerId: string;
      /** The company whose customer that is, where the metadata names it. */
      readonly companyId: string | null;
    })
  | {
      readonly kind: "checkout";
      readonly id: string;
      readonly customerId: string;
      readonly companyId: string | null;
      /** Present when only the address of a payment link names the company: whoever opens the link chooses that part. */
      readonly isUnproven?: true;
    }
  /** Nothing that concerns us. */
  | { readonly kind: "other" }
  /** Ours by its type, but not of the form we know. */
  | { readonly kind: "unreadable" };

/** Tells events of the billing service from everybody else's. */
export interface BillingEvents {
  /** Null for a body that the service did not sign, or not within the last (or next) five minutes. */
  read(body: Buffer, signature: string): Promise<BillingEvent | null>;
}
