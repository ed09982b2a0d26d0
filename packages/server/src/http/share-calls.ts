import { setTimeout } from "node:timers/promises";

/**
 * Lets callers that come close together share one run of `work`, which starts at most once per `intervalMs`. Every caller
 * gets a result of a run that started after it asked.
 */
export function shareCalls<T>(work: () => Promise<T>, intervalMs: number): () => Promise<T> {
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
