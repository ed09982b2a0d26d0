/** Upper bounds of the duration buckets, in seconds. Longer durations have their own bucket. */
export const durationBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Durations of the responses of one method, route and status. */
export class AnswerSeries {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** Number of responses per bucket. */
  readonly counts: number[] = [...durationBounds.map(() => 0), 0];
  sumSeconds = 0;

  constructor(method: string, route: string, status: number) {
    this.method = method;
    this.route = route;
    this.status = status;
  }

  /** Adds a response with its duration, from the request headers to its end. */
  add(durationMs: number): void {
    const seconds = durationMs / 1000;
    let bucket = 0;
    while (seconds > (durationBounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sumSeconds += seconds;
  }
}

/** Counts all responses with a few additions each. A metrics library would look up its labels every time. */
export class AnswerStatistics {
  readonly #series = new Map<string, AnswerSeries>();

  /** Returns the series with these labels. It never changes. */
  find(method: string, route: string, status: number): AnswerSeries {
    const name = `${method} ${status} ${route}`;
    const known = this.#series.get(name);
    if (known !== undefined) return known;
    const series = new AnswerSeries(method, route, status);
    this.#series.set(name, series);
    return series;
  }

  list(): AnswerSeries[] {
    return [...this.#series.values()];
  }
}
