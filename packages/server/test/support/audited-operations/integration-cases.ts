import { createSignedIn, type SignedIn } from "../people.ts";
import { newStripeId, signStripe, subscriptionEvent } from "../stripe-events.ts";
import { type Cases, cronSecret, keys, type OperationCalls, type Request, request } from "./calls.ts";

/** Returns the cases of the operations that other systems call: health, jobs and Stripe. */
export function listIntegrationCases({ server, freeAdmin, post, send, newKey }: OperationCalls): Cases {
  const stripe = (event: object): Request => {
    const body = JSON.stringify(event);
    const headers = { "content-type": "application/json", "stripe-signature": signStripe(body) };
    return request("POST", "/api/webhooks/stripe", { body, headers });
  };
  const subscribe = (person: SignedIn): object =>
    subscriptionEvent(
      "created",
      { id: newStripeId("sub"), customer: newStripeId("cus"), companyId: person.companyId },
      Math.floor(Date.now() / 1000),
    );
  return {
    getHealth: [{ name: "always", status: 200, prepare: async () => request("GET", "/api/health") }],
    getReadiness: [{ name: "always", status: 200, prepare: async () => request("GET", "/api/health/ready") }],
    runJob: [
      {
        name: "with a secret whose deadline has come",
        status: 200,
        changes: ["key_secrets"],
        events: ["key.secret_expired"],
        prepare: async () => {
          const { id } = await newKey();
          await send(post(`${keys}/${id}/rotate`, { graceSeconds: 1 }), 200);
          server.clock.advance(1_001);
          return request("POST", "/api/cron/maintenance", { token: cronSecret });
        },
      },
      {
        name: "with the lease of a rotation whose deadline has come",
        status: 200,
        changes: ["api_keys", "key_secrets"],
        events: ["key.secret_expired"],
        prepare: async () => {
          const { id } = await newKey();
          await send(post(`${keys}/${id}/rotate`, { mode: "staged", expiresInSeconds: 60 }), 200);
          server.clock.advance(60_001);
          return request("POST", "/api/cron/maintenance", { token: cronSecret });
        },
      },
      {
        name: "that only reads",
        status: 200,
        prepare: async () => request("POST", "/api/cron/stale-keys", { token: cronSecret }),
      },
      {
        name: "with a wrong secret",
        status: 401,
        prepare: async () => request("POST", "/api/cron/maintenance", { token: "wrong" }),
      },
      {
        name: "of an unknown name",
        status: 404,
        prepare: async () => request("POST", "/api/cron/nothing", { token: cronSecret }),
      },
    ],
    receiveStripeEvent: [
      {
        name: "that raises a plan",
        status: 200,
        changes: ["companies"],
        events: ["company.customer_linked", "company.plan_changed"],
        prepare: async () => stripe(subscribe(await createSignedIn(server, { plan: "FREE" }))),
      },
      {
        name: "with a wrong signature",
        status: 401,
        prepare: async () => {
          const { headers, ...rest } = stripe(subscribe(freeAdmin));
          return { ...rest, headers: { ...headers, "stripe-signature": "t=1,v1=0" } };
        },
      },
      {
        name: "of an unknown form",
        status: 422,
        prepare: async () => stripe({ ...subscribe(freeAdmin), data: { object: { id: "sub_1" } } }),
      },
    ],
  };
}
