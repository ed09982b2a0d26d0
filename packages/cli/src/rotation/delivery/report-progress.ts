import type { LiveSecret, RotationHolder, RotationProgress } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { describeHolder, describeWaiting, formatLastUse, reportEndedSecrets } from "../../secrets/describe-secrets.ts";
import type { Sink, SinkKey } from "../../sinks/sink.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { formatDuration, formatRelativeTime } from "../../text/time.ts";
import type { RotationPlan } from "./rotation-plan.ts";
import type { RotationState } from "./rotation-state.ts";

/** The rotation that the messages are about. */
interface ReportedRotation {
  readonly key: SinkKey;
  readonly state: RotationState;
  /** Start time of a resumed rotation. Null for a new one. */
  readonly begunOn: Date | null;
  readonly plan: Pick<RotationPlan, "check">;
}

/** Prints the progress of a rotation. */
export type ProgressReporter = ReturnType<typeof createProgressReporter>;

/**
 * Returns a reporter that prints the progress of a rotation and updates its state. It prints nothing with output for
 * programs (`isShown` is false) or with --quiet.
 */
export function createProgressReporter(
  context: Context,
  isShown: boolean,
  { key, state, begunOn, plan }: ReportedRotation,
) {
  const { io } = context;
  const name = `"${sanitizeText(key.name)}"`;
  let awaited: string | undefined;
  let stopWaiting = (): void => {};
  const print = (text: string): void => {
    if (isShown) io.writeStatus(text);
  };
  const warn = (text: string): void => print(`${io.statusColors.yellow("!")} ${text}`);
  const done = (text: string): void => {
    if (isShown) io.writeDone(text);
  };
  const reportWaiting = (holder: RotationHolder | null): void => {
    const label = `Waiting for ${describeHolder(holder)}`;
    if (isShown) stopWaiting = io.startWaiting(label);
    if (awaited !== label) print(describeWaiting(holder));
    awaited = label;
  };
  const reportPrepared = (): void => {
    const started = formatRelativeTime(begunOn?.toISOString(), context.now());
    if (begunOn === null) done(`Created a new secret of ${name}. The old secret still works.`);
    else done(`Resuming the rotation of ${name} that started ${started}.`);
  };
  return {
    /** Handles a progress event of the SDK. */
    handle(progress: RotationProgress): void {
      stopWaiting();
      switch (progress.kind) {
        case "waiting":
          reportWaiting(progress.holder);
          break;
        case "prepared":
          state.secrets = "two";
          state.rotationId = progress.rotationId;
          reportPrepared();
          break;
        case "verified":
          if (plan.check !== "server") done("Verified: your check accepted the new secret.");
          else if (progress.refusedFor === undefined) done("Verified: the server accepts the new secret.");
          else {
            // The server refuses a correct secret from an address outside the allowlist, as this machine may be.
            const refusal = `but refuses this machine (${progress.refusedFor})`;
            done(`Verified: the server recognizes the new secret, ${refusal}.`);
          }
          break;
        case "lease-lost":
          if (progress.reason !== "expired") state.forgetDeliveries();
          warn("The rotation lost its lease. Taking it again and repeating the delivery.");
          break;
      }
    },
    /** Stops the spinner. */
    end: () => stopWaiting(),
    reportDelivery: (sink: Sink) => done(`Delivered to ${sanitizeText(sink.describe(key))}.`),
    /** Reports that the rotation of an earlier run cannot be resumed. */
    reportEndOfEarlierRun: () => warn("The rotation that an earlier run started has ended. Starting a new one."),
    reportFinishedBefore: () => done(`${name} was already rotated: the earlier run finished the rotation.`),
    /** Reports that the rotation is finished. `ended` are the secrets that it ended, as they were right before. */
    reportFinished(ended: readonly LiveSecret[], graceSeconds: number): void {
      const old = ended.find(({ state }) => state === "current");
      const use = old === undefined ? "" : ` (${formatLastUse(old, context.now())})`;
      const end = graceSeconds > 0 ? `works for another ${formatDuration(graceSeconds)}` : "stopped working";
      done(`Rotated ${name}. The old secret ${end}${sanitizeText(use)}.`);
      if (isShown) reportEndedSecrets(context, ended, graceSeconds);
    },
    /** Reports that the rotation is left pending. */
    reportPending: (finish: string) =>
      done(`The old and the new secret of ${name} both work. To finish the rotation, run: ${finish}`),
  };
}
