import { setTimeout as sleep } from "node:timers/promises";
import { isApiError, readRotationHolder } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { describeHolder, describeWaiting } from "../../secrets/describe-holder.ts";

/** Other runs usually end long before their lease expires. */
const pollMsMax = 5000;

/**
 * Runs `work`, and repeats it while another rotation of the key is in progress, for at most `waitMs`. Prints once what
 * it waits for. Throws the last error of `work`.
 */
export async function waitForTurn<T>(context: Context, waitMs: number, work: () => Promise<T>): Promise<T> {
  const { io, signal } = context;
  const isTable = (await context.output()) === "table";
  const deadline = performance.now() + waitMs;
  let told: string | undefined;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const leftMs = deadline - performance.now();
      if (!isApiError(error, "ROTATION_IN_PROGRESS") || error.retryAfterSeconds === undefined || leftMs <= 0)
        throw error;
      const holder = readRotationHolder(error);
      const label = `Waiting for ${describeHolder(holder)}`;
      if (isTable && label !== told) io.writeStatus(describeWaiting(holder));
      told = label;
      const stopWaiting = io.startWaiting(label);
      try {
        await sleep(Math.min(leftMs, error.retryAfterSeconds * 1000, pollMsMax), undefined, { signal });
      } finally {
        stopWaiting();
      }
    }
  }
}
