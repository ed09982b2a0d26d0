import { setTimeout } from "node:timers/promises";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { type Retention, retentionKinds } from "../../domain/jobs/retention-runs.ts";
import { measureResponse } from "../early-refusals.ts";
import type { App } from "../fastify.ts";
import type { ResponseStatistics } from "../response-statistics.ts";

/**
 * Shares one run of `work` between concurrent callers and starts it at most once per `intervalMs`. Each caller gets the
 * result of a run that started after its call.
 */
function shareCalls<T>(work: () => Promise<T>, intervalMs: number): () => Promise<T> {
  let next: Promise<T> | null = null;
  let lastStartMs = Number.NEGATIVE_INFINITY;
  const run = async (): Promise<T> => {
    await setTimeout(Math.max(0, lastStartMs + intervalMs - performance.now()));
    lastStartMs = performance.now();
    next = null;
    return work();
  };
  return () => {
    next ??= run();
    return next;
  };
}

/** Minimum time between two renderings. */
const renderIntervalMs = 100;

/**
 * Removes the library's gauges whose names end in `_total`. Prometheus reserves this suffix for counters (OpenMetrics,
 * "Counter"). They are sums of other gauges.
 */
function dropMisnamedGauges(registry: Registry): void {
  for (const metric of registry.getMetricsAsArray()) {
    if (metric instanceof Gauge && "name" in metric && String(metric.name).endsWith("_total")) {
      registry.removeSingleMetric(String(metric.name));
    }
  }
}

/**
 * Registers `/metrics` with Prometheus metrics: requests and durations by route and status, and process metrics. Labels
 * contain route templates, so that IDs and secrets of paths never become labels.
 */
export function registerMetrics(app: App, version: string, retention: Retention, responses: ResponseStatistics): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  dropMisnamedGauges(registry);
  new Gauge({ name: "briksync_info", help: "Version", labelNames: ["version"], registers: [registry] }).set(
    { version },
    1,
  );
  new Counter({
    name: "briksync_retention_removed_total",
    help: "Expired rows that this process removed",
    labelNames: ["kind"],
    registers: [registry],
    collect() {
      this.reset();
      for (const kind of retentionKinds) this.inc({ kind }, retention.totals[kind]);
    },
  });
  new Gauge({
    name: "briksync_retention_last_run_timestamp_seconds",
    help: "When this process last removed expired rows (Unix time). 0 before the first run",
    registers: [registry],
    collect() {
      this.set((retention.lastRunOn?.getTime() ?? 0) / 1000);
    },
  });
  responses.register(registry);

  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "(none)";
    responses.add(request.method, route, reply.statusCode, measureResponse(request, reply));
    done();
  });
  // The endpoint is public and rendering takes milliseconds, so concurrent requests share one rendering.
  const render = shareCalls(() => registry.metrics(), renderIntervalMs);
  app.get("/metrics", { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await render()),
  );
}
