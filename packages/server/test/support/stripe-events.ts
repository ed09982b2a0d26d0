import { randomBytes } from "node:crypto";
import Stripe from "stripe";
import type { HttpClient, HttpResponse } from "./http-client.ts";

/** The signing secret of a webhook endpoint. */
export const webhookSecret = "whsec_canary0123456789abcdef";

/** Returns an ID in Stripe's format. */
export function newStripeId(prefix: "evt" | "sub" | "cus" | "cs"): string {
  return `${prefix}_${randomBytes(12).toString("hex")}`;
}

/** The fields of a subscription that tests need. */
export interface SubscriptionFields {
  readonly id: string;
  readonly customer: string;
  readonly status?: string;
  /** Lookup keys, or IDs that start with `price_`. */
  readonly prices?: readonly string[];
  readonly companyId?: string;
  /** Whether Stripe left items out of the list. */
  readonly hasMore?: boolean;
}

const itemsOf = (prices: readonly string[], hasMore = false): unknown => ({
  object: "list",
  has_more: hasMore,
  data: prices.map((price) => ({
    id: "si_1",
    object: "subscription_item",
    price: price.startsWith("price_")
      ? { id: price, object: "price", lookup_key: null }
      : { id: `price_of_${price}`, object: "price", lookup_key: price },
  })),
});

/**
 * Returns an event about a subscription (Stripe's API reference). `previous` contains the values that an update
 * replaced.
 */
export function subscriptionEvent(
  news: "created" | "updated" | "deleted",
  fields: SubscriptionFields,
  created: number,
  previous?: Partial<Pick<SubscriptionFields, "status" | "prices">>,
): object {
  const { id, customer, prices = ["business"], companyId } = fields;
  const status = fields.status ?? (news === "deleted" ? "canceled" : "active");
  return {
    id: newStripeId("evt"),
    object: "event",
    api_version: "2026-07-29",
    created,
    livemode: false,
    type: `customer.subscription.${news}`,
    data: {
      object: {
        id,
        object: "subscription",
        customer,
        status,
        items: itemsOf(prices, fields.hasMore),
        metadata: companyId === undefined ? {} : { companyId },
      },
      ...(previous === undefined
        ? {}
        : {
            previous_attributes: {
              ...(previous.status === undefined ? {} : { status: previous.status }),
              ...(previous.prices === undefined ? {} : { items: itemsOf(previous.prices) }),
            },
          }),
    },
  };
}

/** Returns the event of a completed checkout by a company's admin. */
export function checkoutEvent(
  customer: string,
  companyId: string | null,
  created: number,
  mode = "subscription",
): object {
  return {
    id: newStripeId("evt"),
    object: "event",
    created,
    type: "checkout.session.completed",
    data: {
      object: {
        id: newStripeId("cs"),
        object: "checkout.session",
        mode,
        customer,
        subscription: newStripeId("sub"),
        client_reference_id: companyId,
        payment_status: "paid",
        metadata: {},
      },
    },
  };
}

/** Differences of a delivery from a correct one. */
export interface Delivery {
  readonly secret?: string;
  /** Seconds since 1970. */
  readonly signedAt?: number;
  readonly header?: string;
}

/** Returns the header that Stripe's own library creates for a body. */
export function signStripe(payload: string, { secret = webhookSecret, signedAt }: Delivery = {}): string {
  return Stripe.webhooks.generateTestHeaderString({
    payload,
    secret,
    ...(signedAt === undefined ? {} : { timestamp: signedAt }),
  });
}

/** Delivers an event or text as Stripe does. */
export function deliver(client: HttpClient, event: object | string, delivery: Delivery = {}): Promise<HttpResponse> {
  const payload = typeof event === "string" ? event : JSON.stringify(event, null, 2);
  return client.call("POST", "/api/webhooks/stripe", {
    body: payload,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "stripe-signature": delivery.header ?? signStripe(payload, delivery),
    },
  });
}
