import type { Host } from "../host.ts";

/** The largest difference that is ignored. Smaller differences come from rounding and network delays. */
const toleranceMs = 2000;

/** The server's time, according to its responses. */
export interface ServerClock {
  /** Whether a response of this run contained the server's time. */
  readonly isKnown: boolean;
  /** The server's time. The time of this machine if the server's time is unknown or almost equal. */
  now(): Date;
  /** Records the time in a response (whole seconds) and the duration of the call. */
  learn(serverTime: Date, roundTripMs: number): void;
}

/**
 * Returns a clock that uses this machine's time, or the server's time after a response has shown a difference.
 * Durations such as `--expires 2h` depend on the server's time, and this machine's clock may be hours off.
 */
export function createServerClock({ now }: Pick<Host, "now">): ServerClock {
  let isKnown = false;
  let base: { readonly serverMs: number; readonly elapsedMs: number } | undefined;
  return {
    get isKnown() {
      return isKnown;
    },
    now() {
      // Between responses, the monotonic clock is used, because this machine's clock may be changed.
      return base === undefined ? now() : new Date(base.serverMs + performance.now() - base.elapsedMs);
    },
    learn(serverTime, roundTripMs) {
      isKnown = true;
      const serverMs = serverTime.getTime() + 500;
      const isOff = Math.abs(serverMs - now().getTime()) > toleranceMs + roundTripMs;
      base = isOff ? { serverMs, elapsedMs: performance.now() } : undefined;
    },
  };
}
