/** Upper bounds of the buckets that durations are counted in, in seconds; longer ones are in a bucket of their own. */
export const durationBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** The answers of one method, route and status: how many took how long. */
export class AnswerSeries {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** Answers by the first bound they did not exceed. */
  readonly counts: number[] = [...durationBounds.map(() => 0), 0];
  sumSeconds = 0;

  constructor(method: string, route: string, status: number) {
    this.method = method;
    this.route = route;
    this.status = status;
  }

  /** Counts an answer, and the time from the headers of its request to its end. */
  add(durationMs: number): void {
    const seconds = durationMs / 1000;
    let bucket = 0;
    while (seconds > (durationBounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sumSeconds += seconds;
  }
}

/** Counts all answers: a few additions each, where a metrics library would look up its labels anew every time. */
export class AnswerStatistics {
  readonly #series = new Map<string, AnswerSeries>();

  /** The series with these labels; it stays the same. */
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
