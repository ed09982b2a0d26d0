import { describe, expect, it } from "vitest";
import { billingSettings, newSubscription, planOf, start } from "../support/billing.ts";
import { useServer, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";
import { checkoutEvent, deliver, signStripe, subscriptionEvent } from "../support/stripe-events.ts";

describe("Stripe's signatures", () => {
  const server = useServer(billingSettings);

  it("S-08 the route returns 404 without STRIPE_WEBHOOK_SECRET", async () => {
    const server = await useTestServer();
    const response = await deliver(server, checkoutEvent("cus_1", null, start));
    expect([response.status, response.body]).toEqual([
      404,
      { data: null, error: "Resource does not exist", code: "NOT_FOUND" },
    ]);
  });

  it("S-08 events without a current signature of Stripe are refused, and change nothing", async () => {
    const person = await createSignedIn(server, { plan: "FREE" });
    const event = subscriptionEvent("created", newSubscription(person), start);
    const payload = JSON.stringify(event);
    const now = Math.floor(Date.now() / 1000);
    const good = signStripe(payload);
    const [time = "", signature = ""] = good.split(",");
    const refused: Record<string, Parameters<typeof deliver>[2]> = {
      "another secret": { secret: "whsec_another0123456789" },
      "five minutes old": { signedAt: now - 310 },
      "five minutes ahead": { signedAt: now + 310 },
      "years ahead": { signedAt: now + 100_000_000 },
      "no time": { header: signature },
      "no signature": { header: time },
      "another scheme": { header: `${time},${signature.replace("v1=", "v0=")}` },
      "two times, the first of them correct": { header: `${good},t=${now + 5}` },
      "two times, the last of them correct": { header: `t=${now - 5000},${good}` },
      "a time with additional characters": { header: good.replace(",", "x,") },
      "a negative time": { header: signStripe(payload, { signedAt: -now }) },
      nothing: { header: "" },
      nonsense: { header: "t=,v1=" },
      "the signature of another body": { header: signStripe(`${payload} `) },
    };
    for (const [how, delivery] of Object.entries(refused)) {
      const response = await deliver(server, payload, delivery);
      expect([response.status, response.body], how).toEqual([
        401,
        { data: null, error: "Unauthorized", code: "UNAUTHORIZED" },
      ]);
    }
    const path = "/api/webhooks/stripe";
    expect((await server.call("POST", path, { json: event })).status).toBe(401);
    expect((await server.call("POST", path, { headers: { "stripe-signature": good } })).status).toBe(401);
    const form = { "content-type": "text/plain", "stripe-signature": good };
    expect((await server.call("POST", path, { body: payload, headers: form })).status).toBe(415);
    expect(await planOf(server, person)).toBe("FREE");
    expect((await deliver(server, payload, { signedAt: now - 290 })).status).toBe(200);
    expect(await planOf(server, person)).toBe("BUSINESS");
  });

  it("S-08 one valid signature of several is enough, for example while a secret is being replaced", async () => {
    const person = await createSignedIn(server, { plan: "FREE" });
    const payload = JSON.stringify(subscriptionEvent("created", newSubscription(person), start));
    const [time = "", signature = ""] = signStripe(payload).split(",");
    const header = `${time},v1=${"0".repeat(64)},${signature},v0=x`;
    expect((await deliver(server, payload, { header })).status).toBe(200);
    expect(await planOf(server, person)).toBe("BUSINESS");
  });

  it("S-33 bodies have a maximum size, and signed invalid events are refused and leave no trace", async () => {
    const big = JSON.stringify({ filler: "x".repeat(600_000) });
    expect((await deliver(server, big)).status).toBe(413);
    expect((await deliver(server, JSON.stringify({ type: "ping", filler: "x".repeat(200_000) }))).status).toBe(200);
    for (const text of ["not json", "[", "\u0000"]) expect((await deliver(server, text)).status).toBe(401);
    for (const event of ["null", "[]", "5", '"x"', "{}", '{"type":"__proto__"}', '{"type":"invoice.paid"}']) {
      expect((await deliver(server, event)).status, event).toBe(200);
    }
    const created = subscriptionEvent("created", { id: "sub_1", customer: "cus_1" }, start) as Record<string, never>;
    for (const broken of [
      { ...created, id: undefined },
      { ...created, created: "now" },
      { ...created, created: 1e300 },
      { ...created, data: null },
      { ...created, data: { object: { id: "sub_1", customer: null, status: "active", items: { data: [] } } } },
      { ...created, data: { object: { id: "sub_1", customer: "cus_1", status: 5, items: { data: [] } } } },
      { ...created, data: { object: { id: "sub_1", customer: "cus_1", status: "active", items: "x" } } },
    ]) {
      const response = await deliver(server, broken);
      expect([response.status, response.body.code], JSON.stringify(broken)).toEqual([422, "VALIDATION_FAILED"]);
    }
  });
});
