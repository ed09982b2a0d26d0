import Type from "typebox";
import { type Origin, ruleOf } from "../../domain/access.ts";
import { applyBillingEvent } from "../../domain/billing/apply-billing-event.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { removeExpired } from "../../domain/jobs/remove-expired.ts";
import { reportStaleKeys } from "../../domain/jobs/report-stale-keys.ts";
import { withJobLease } from "../../domain/jobs/with-job-lease.ts";
import { isSameSecret } from "../../domain/same-secret.ts";
import { AppError, notFound } from "../../errors.ts";
import { type App, originOf } from "../fastify.ts";
import { readBearerToken } from "../plugins/authenticate.ts";
import { acceptEmptyBodies } from "../plugins/request-checks.ts";
import { listRefusals, ofBody } from "../refusals.ts";
import { JobQuery, JobResult } from "../schemas/cron.ts";
import { ApiErrorResponse } from "../schemas/error.ts";
import { namedObject, oneOf } from "../schemas/primitives.ts";

const Health = namedObject("HealthResponse", "The check passed", {
  data: Type.Object({ status: oneOf<string>(["ok", "ready"]) }),
  error: Type.Null(),
});

/** Registers the liveness and readiness checks. */
export function registerHealthRoutes(app: App, deps: Dependencies, isDraining: () => boolean): void {
  const tags = ["Operation"];
  const response = { 200: Health, default: ApiErrorResponse };
  const config = { plane: "api", refusals: listRefusals(ruleOf("getHealth")) } as const;

  app.get(
    "/api/health",
    {
      config,
      schema: {
        operationId: "getHealth",
        tags,
        summary: "Check whether the process is alive",
        description:
          "This check does not cover the database. Configure your supervisor to restart the process if it fails.",
        response,
      },
    },
    async () => ({ data: { status: "ok" }, error: null }),
  );
  app.get(
    "/api/health/ready",
    {
      config,
      schema: {
        operationId: "getReadiness",
        tags,
        summary: "Check whether the server is ready for traffic",
        description: "This check fails while the database is unreachable and while the server shuts down.",
        response,
      },
    },
    async () => {
      if (isDraining())
        throw new AppError("UNAVAILABLE", { message: "The server is shutting down", retryAfterSeconds: 1 });
      await deps.store.ping();
      return { data: { status: "ready" }, error: null };
    },
  );
}

type Result = Type.Static<typeof JobResult>["data"];
type Job = (query: Type.Static<typeof JobQuery>, origin: Origin) => Promise<Omit<Result, "job" | "ran">>;

/** Registers the jobs for schedulers. Each job runs once at a time over all nodes. */
export function registerCronRoute(app: App, deps: Dependencies, cronSecret: string | undefined): void {
  const jobs = new Map<string, Job>([
    [
      "maintenance",
      async (_query, origin) => ({ removed: await deps.retention.run(() => removeExpired(deps, origin), deps.now) }),
    ],
    ["stale-keys", (query) => reportStaleKeys(deps, query)],
  ]);

  app.post(
    "/api/cron/:job",
    {
      config: { plane: "api", refusals: listRefusals(ruleOf("runJob"), "UNAUTHORIZED", "NOT_FOUND", ...ofBody) },
      onRequest: async (request) => {
        if (cronSecret === undefined) throw notFound();
        const shown = readBearerToken(request.headers.authorization);
        if (shown === null || !isSameSecret(cronSecret, shown)) throw new AppError("UNAUTHORIZED");
      },
      schema: {
        operationId: "runJob",
        tags: ["Operation"],
        security: [{ cronSecret: [] }],
        summary: "Run a job: maintenance or stale-keys",
        description: "A job runs once at a time over all nodes. If it is already running, `ran` is false.",
        params: Type.Object({
          job: oneOf<string>(["maintenance", "stale-keys"], "Name of the job"),
        }),
        querystring: JobQuery,
        response: { 200: JobResult, default: ApiErrorResponse },
      },
    },
    async (request) => {
      const { job } = request.params;
      const run = jobs.get(job);
      if (run === undefined) throw notFound();
      const result = await withJobLease(deps, job, () => run(request.query, originOf(request)));
      return { data: { job, ran: result !== null, ...result }, error: null };
    },
  );
}

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
