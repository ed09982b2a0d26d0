import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { type Retention, retentionKinds } from "../../domain/retention.ts";
import type { App } from "../fastify.ts";

/**
 * Prometheus metrics under `/metrics`: requests and durations by route and status, process figures. Routes are
 * labelled by their template, so ids and secrets in a path never become a label.
 */
export function registerMetrics(app: App, version: string, retention: Retention): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({ name: "briksync_info", help: "Version", labelNames: ["version"], registers: [registry] }).set(
    { version },
    1,
  );
  new Gauge({
    name: "briksync_retention_removed_total",
    help: "Rows removed by this process because their time was over",
    labelNames: ["kind"],
    registers: [registry],
    collect() {
      for (const kind of retentionKinds) this.set({ kind }, retention.totals[kind]);
    },
  });
  new Gauge({
    name: "briksync_retention_last_run_timestamp_seconds",
    help: "When this process last removed what had its time; 0 before the first run",
    registers: [registry],
    collect() {
      this.set((retention.lastRunOn?.getTime() ?? 0) / 1000);
    },
  });
  const requests = new Counter({
    name: "briksync_http_requests_total",
    help: "Requests answered",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  const durations = new Histogram({
    name: "briksync_http_request_duration_seconds",
    help: "Time from the headers of a request to the end of its answer",
    labelNames: ["route"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });

  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "(none)";
    requests.inc({ method: request.method, route, status: reply.statusCode });
    durations.observe({ route }, reply.elapsedTime / 1000);
    done();
  });
  app.get("/metrics", { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
