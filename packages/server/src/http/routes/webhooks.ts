import Type from "typebox";
import { ruleOf } from "../../domain/access.ts";
import { applyBillingEvent } from "../../domain/billing/apply-billing-event.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { AppError, notFound } from "../../errors.ts";
import { type App, originOf } from "../fastify.ts";
import { acceptEmptyBodies } from "../plugins/request-checks.ts";
import { listRefusals, ofBody } from "../refusals.ts";
import { ApiErrorResponse } from "../schemas/error.ts";
import { namedObject } from "../schemas/primitives.ts";

/** Limit for events with long lists. Usual Stripe events have a few kilobytes. */
const eventBytesMax = 512 * 1024;

const Received = namedObject("ReceivedEvent", "The server processed the event. Do not send it again", {
  data: Type.Object({ received: Type.Boolean() }),
  error: Type.Null(),
});

/** Registers the Stripe webhook. It returns 2xx after the commit. Stripe resends the event after any other status. */
export function registerWebhookRoute(app: App, deps: Dependencies): void {
  // The signature covers the raw bytes.
  app.removeAllContentTypeParsers();
  acceptEmptyBodies(app);
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer", bodyLimit: eventBytesMax },
    (_request, body, done) => done(null, body),
  );

  app.post(
    "/api/webhooks/stripe",
    {
      config: {
        plane: "api",
        refusals: listRefusals(ruleOf("receiveStripeEvent"), "UNAUTHORIZED", "NOT_FOUND", ...ofBody),
      },
      onRequest: async () => {
        if (deps.billing === null) throw notFound();
      },
      schema: {
        operationId: "receiveStripeEvent",
        tags: ["Operation"],
        security: [{ stripeSignature: [] }],
        summary: "Receive a signed Stripe event",
        description:
          "Returns 2xx after the change is committed. Returns 422 if the server does not support the format of a signed event.",
        response: { 200: Received, default: ApiErrorResponse },
      },
    },
    async (request) => {
      const { billing } = deps;
      const { "stripe-signature": signature } = request.headers;
      const { body } = request;
      if (billing === null || typeof signature !== "string" || !Buffer.isBuffer(body)) {
        throw new AppError("UNAUTHORIZED");
      }
      const event = await billing.events.read(body, signature);
      if (event === null) throw new AppError("UNAUTHORIZED");
      await applyBillingEvent(deps, billing.plansByPrice, event, originOf(request));
      return { data: { received: true }, error: null };
    },
  );
}
