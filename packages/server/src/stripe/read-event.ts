import type { BillingEvent, SubscriptionState } from "../domain/billing/billing-event.ts";

type Fields = Readonly<Record<string, unknown>>;

const subscriptionNews = {
  "customer.subscription.created": "created",
  "customer.subscription.updated": "updated",
  "customer.subscription.deleted": "deleted",
} as const;

/** Returns the part of a verified Stripe event that affects plans (Stripe's API reference, "Event object"). */
export function readEvent(event: unknown): BillingEvent {
  const { id, type, created, data } = fieldsOf(event);
  const { object, previous_attributes: previous } = fieldsOf(data);
  const isSubscription = typeof type === "string" && Object.hasOwn(subscriptionNews, type);
  if (!isSubscription && type !== "checkout.session.completed") return { kind: "other" };
  if (!isId(id) || !isTime(created)) return { kind: "unreadable" };
  if (isSubscription) {
    const news = subscriptionNews[type as keyof typeof subscriptionNews];
    return readSubscription(
      { id, occurredOn: new Date(created * 1000).toISOString(), news },
      fieldsOf(object),
      fieldsOf(previous),
    );
  }
  const { mode, customer, client_reference_id: reference, metadata } = fieldsOf(object);
  if (mode !== "subscription") return { kind: "other" };
  const customerId = idOf(customer);
  if (customerId === null) return { kind: "unreadable" };
  const named = companyOf(metadata);
  if (named !== null || !isId(reference)) return { kind: "checkout", id, customerId, companyId: named };
  return { kind: "checkout", id, customerId, companyId: reference, isUnproven: true };
}

function readSubscription(
  head: Pick<Extract<BillingEvent, { kind: "subscription" }>, "id" | "occurredOn" | "news">,
  subscription: Fields,
  previous: Fields,
): BillingEvent {
  const { id, customer, status, items, metadata } = subscription;
  const customerId = idOf(customer);
  const prices = pricesOf(items);
  if (!isId(id) || customerId === null || !isId(status) || prices === null) return { kind: "unreadable" };
  const state = createState(status, prices, items);
  const previousStatus = isId(previous["status"]) ? previous["status"] : status;
  const previousPrices = pricesOf(previous["items"]);
  const before =
    previousPrices === null
      ? createState(previousStatus, prices, items)
      : createState(previousStatus, previousPrices, previous["items"]);
  return {
    kind: "subscription",
    ...head,
    subscriptionId: id,
    customerId,
    companyId: companyOf(metadata),
    state,
    previous: before,
  };
}

/** Stripe includes at most ten items in an event and sets `has_more` if there are others. */
function createState(status: string, prices: readonly string[], items: unknown): SubscriptionState {
  return { status, prices, ...(fieldsOf(items)["has_more"] === true && { isIncomplete: true as const }) };
}

/** Returns IDs and lookup keys of a list of subscription items, or null. */
function pricesOf(items: unknown): string[] | null {
  const { data } = fieldsOf(items);
  if (!Array.isArray(data)) return null;
  const prices = data.flatMap((item) => {
    const { id, lookup_key: lookupKey } = fieldsOf(fieldsOf(item)["price"]);
    return [id, lookupKey].filter(isId);
  });
  return [...new Set(prices)].sort();
}

function companyOf(metadata: unknown): string | null {
  const { companyId } = fieldsOf(metadata);
  return isId(companyId) ? companyId : null;
}

/** Returns the ID of an object that is either an ID or expanded. */
function idOf(value: unknown): string | null {
  const id = typeof value === "object" ? fieldsOf(value)["id"] : value;
  return isId(id) ? id : null;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 255;
}

/** Returns whether a value is a number of seconds since 1970 up to the year 9999, the limit of canonical timestamps. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 && value < 253_402_300_800;
}
