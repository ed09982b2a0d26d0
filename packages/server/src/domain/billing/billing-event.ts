import type { SubscriptionNewsRecord, SubscriptionState } from "../../store/records.ts";

export type { SubscriptionState };

/** A verified event of the billing service. */
export type BillingEvent =
  | (SubscriptionNewsRecord & {
      readonly kind: "subscription";
      readonly subscriptionId: string;
      readonly customerId: string;
      /** Company of the customer, if the metadata contains it. */
      readonly companyId: string | null;
    })
  | {
      readonly kind: "checkout";
      readonly id: string;
      readonly customerId: string;
      readonly companyId: string | null;
      /** Set if only the URL of a payment link names the company. The person who opens the link controls this part. */
      readonly isUnproven?: true;
    }
  /** An event that is not relevant. */
  | { readonly kind: "other" }
  /** A relevant event with an unknown format. */
  | { readonly kind: "unreadable" };

/** Verifies and parses events of the billing service. */
export interface BillingEvents {
  /** Returns null if the service did not sign the body, or not within the last or next five minutes. */
  read(body: Buffer, signature: string): Promise<BillingEvent | null>;
}
