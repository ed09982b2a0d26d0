import { setTimeout } from "node:timers/promises";

/**
 * Shares one run of `work` between concurrent callers and starts it at most once per `intervalMs`. Each caller gets the
 * result of a run that started after its call.
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
