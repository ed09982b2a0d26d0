import type { Dependencies } from "../../domain/dependencies.ts";
import { removeExpired } from "../../domain/jobs/remove-expired.ts";

const firstRunMs = 5_000;
const intervalMs = 60_000;

/** Runs retention periodically until stopped. `stop` waits for the current run. */
export function scheduleRetention(deps: Dependencies): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const run = (): void => {
    running = deps.retention
      .run(() => removeExpired(deps), deps.now)
      .catch((error: unknown) => deps.reportFailure("cannot remove expired rows", error));
  };
  // Random, so that nodes that started together do not run at the same time.
  const first = setTimeout(run, firstRunMs * (0.5 + Math.random()));
  const repeated = setInterval(run, intervalMs);
  return {
    stop: async () => {
      clearTimeout(first);
      clearInterval(repeated);
      await running;
    },
  };
}
