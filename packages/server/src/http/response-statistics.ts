import { Counter, Histogram, type Registry } from "prom-client";

/** Counts all responses and their durations, as Prometheus metrics. */
export class ResponseStatistics {
  readonly #requests = new Counter({
    name: "briksync_http_requests_total",
    help: "Completed requests",
    labelNames: ["method", "route", "status"],
    registers: [],
  });
  readonly #durations = new Histogram({
    name: "briksync_http_request_duration_seconds",
    help: "Time from the request headers to the end of the response",
    labelNames: ["route"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [],
  });

  /** Adds a response with its duration, from the request headers to its end. */
  add(method: string, route: string, status: number, durationMs: number): void {
    this.#requests.inc({ method, route, status });
    this.#durations.observe({ route }, durationMs / 1000);
  }

  /** Adds a kind of response with the value 0, so that rates include the first one. */
  startAtZero(method: string, route: string, status: number): void {
    this.#requests.inc({ method, route, status }, 0);
    this.#durations.zero({ route });
  }

  /** Adds both metrics to the registry of `/metrics`. */
  register(registry: Registry): void {
    registry.registerMetric(this.#requests);
    registry.registerMetric(this.#durations);
  }
}
