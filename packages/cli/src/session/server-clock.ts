import type { Host } from "../host.ts";

/** A difference up to this is a matter of rounding and of the way of the answer. */
const toleranceMs = 2000;

/** The server's time, as far as its answers have told it. */
export interface ServerClock {
  /** Whether the server has told its time in this run. */
  readonly isKnown: boolean;
  /** The server's time; this machine's while the server has not told, or where the two agree. */
  now(): Date;
  /** Takes in what an answer said: the server's time in whole seconds, and how long the answer took. */
  learn(serverTime: Date, roundTripMs: number): void;
}

/**
 * Makes a clock that runs with this machine's until an answer of the server tells another time, and from then on with the server's. Durations such
 * as `--expires 2h` are about the server's time, which alone decides, and this machine's may be hours off.
 */
export function createServerClock({ now }: Pick<Host, "now">): ServerClock {
  let isKnown = false;
  let base: { readonly serverMs: number; readonly elapsedMs: number } | undefined;
  return {
    get isKnown() {
      return isKnown;
    },
    now() {
      // Between answers the monotonic clock counts: this machine's may be set meanwhile.
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
