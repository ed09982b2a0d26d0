import type { CompanyRecord, SubscriptionRecord } from "../records.ts";

/** Customers and subscriptions of Stripe. */
export interface BillingRepository {
  /** Returns false if the event was already recorded. */
  noteEvent(id: string, receivedOn: string): Promise<boolean>;
  /** Locks the customer for the rest of the transaction, known or not. Returns its company, or null. */
  lockCustomer(customerId: string): Promise<string | null>;
  /** Links the customer to its company, once. Lock the customer first. */
  setCompany(customerId: string, companyId: string): Promise<void>;
  findSubscription(id: string): Promise<SubscriptionRecord | null>;
  putSubscription(subscription: SubscriptionRecord): Promise<void>;
  /** Locks the company for the rest of the transaction. Returns null if there is none. */
  lockCompany(companyId: string): Promise<CompanyRecord | null>;
  /** Returns the subscriptions of all its customers. */
  listSubscriptions(companyId: string): Promise<SubscriptionRecord[]>;
  /** Removes events received before a time. Returns how many, at most `limit`. */
  deleteEvents(receivedBefore: string, limit: number): Promise<number>;
}
