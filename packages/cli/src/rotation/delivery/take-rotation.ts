import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { type JournaledCall, withJournal } from "../../journal/with-journal.ts";
import type { LockHolder } from "../../storage/file-lock.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import type { RotationPlan } from "./rotation-plan.ts";

/**
 * The options of a staged rotation. Two runs on a key are the same call if these options match. Their destinations may
 * differ. There are no destinations if the secret is shown.
 */
type RotationCallOptions = Pick<RotationPlan, "waitMs" | "takeOver"> & { readonly sinks: readonly unknown[] };

/**
 * Runs `work` with the stored Idempotency-Key of a staged rotation. Only one run on this machine uses it at a time.
 * Others wait and print a message. After `waitMs`, they throw ROTATION_IN_PROGRESS, which names the other process.
 */
export async function takeRotation<T>(
  context: Context,
  key: Pick<ApiKey, "id" | "name">,
  { waitMs, takeOver, sinks }: RotationCallOptions,
  work: (call: JournaledCall) => Promise<T>,
): Promise<T> {
  const server = (await context.settings()).server.value;
  const isTable = (await context.output()) === "table";
  const input = { ...(takeOver && { takeOver }), ...(sinks.length === 0 && { isShown: true }) };
  const identity = { operation: "rotate-staged", server, caller: null, key: key.id, input } as const;
  const name = sanitizeText(key.name);
  let stopWaiting = (): void => {};
  try {
    return await withJournal(
      context,
      identity,
      (call) => {
        stopWaiting();
        return work(call);
      },
      {
        waitMs,
        onWait(holder) {
          const text = `Waiting for another briksync process that is rotating "${name}"${nameProcess(holder)}`;
          if (isTable) context.io.writeStatus(text);
          stopWaiting = context.io.startWaiting(text);
        },
        explainBusy: (holder) =>
          new CliError(
            "ROTATION_IN_PROGRESS",
            `Another briksync process is rotating "${key.name}"${nameProcess(holder)}.`,
            { hint: "Try again when it has ended, or wait longer with --wait 15m." },
          ),
      },
    );
  } finally {
    stopWaiting();
  }
}

function nameProcess(holder: LockHolder | null): string {
  return holder === null ? "" : ` (PID ${holder.processId} on ${sanitizeText(holder.hostName)})`;
}
