import type { ApiKey, LiveSecret, RotationHolder, RotationProgress } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { describeHolder, describeWaiting, tellEnded, wordLastUse } from "../../secrets/describe-secrets.ts";
import type { Sink } from "../../sinks/sink.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { formatDuration, formatRelativeTime } from "../../text/time.ts";
import type { RotationPlan } from "./rotation-plan.ts";
import type { RotationState } from "./rotation-state.ts";

/** The rotation that the messages are about. */
interface ToldRotation {
  readonly key: Pick<ApiKey, "name">;
  readonly state: RotationState;
  /** Start time of a resumed rotation. Null for a new one. */
  readonly begunOn: Date | null;
  readonly plan: Pick<RotationPlan, "check">;
}

/** Prints the progress of a rotation. */
export type ProgressTeller = ReturnType<typeof createProgressTeller>;

/**
 * Returns what prints the progress of a rotation and updates its state. Silent with output for programs (`isShown` is
 * false) and with --quiet.
 */
export function createProgressTeller(context: Context, isShown: boolean, { key, state, begunOn, plan }: ToldRotation) {
  const { io } = context;
  const name = `"${sanitizeText(key.name)}"`;
  let awaited: string | undefined;
  let stopWaiting = (): void => {};
  const say = (text: string): void => {
    if (isShown) io.writeStatus(text);
  };
  const warn = (text: string): void => say(`${io.statusColors.yellow("!")} ${text}`);
  const done = (text: string): void => {
    if (isShown) io.writeDone(text);
  };
  const tellWaiting = (holder: RotationHolder | null): void => {
    const label = `Waiting for ${describeHolder(holder)}`;
    if (isShown) stopWaiting = io.startWaiting(label);
    if (awaited !== label) say(describeWaiting(holder));
    awaited = label;
  };
  const tellPrepared = (): void => {
    const begun = formatRelativeTime(begunOn?.toISOString(), context.now());
    if (begunOn === null) done(`Created a new secret of ${name}. The old secret still works.`);
    else done(`Resuming the rotation of ${name} that started ${begun}.`);
  };
  return {
    /** Handles a progress event of the SDK. */
    hear(progress: RotationProgress): void {
      stopWaiting();
      switch (progress.kind) {
        case "waiting":
          tellWaiting(progress.holder);
          break;
        case "prepared":
          state.secrets = "two";
          state.rotationId = progress.rotationId;
          tellPrepared();
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
    tellDelivered: ({ description }: Sink) => done(`Delivered to ${sanitizeText(description)}.`),
    /** Reports that the rotation of an earlier run cannot be resumed. */
    tellOver: () => warn("The rotation that an earlier run started has ended. Starting a new one."),
    tellFinishedBefore: () => done(`${name} was already rotated: the earlier run finished the rotation.`),
    /** Reports that the rotation is finished. `ended` are the secrets that it ended, as they were right before. */
    tellFinished(ended: readonly LiveSecret[], graceSeconds: number): void {
      const old = ended.find(({ state }) => state === "current");
      const use = old === undefined ? "" : ` (${wordLastUse(old, context.now())})`;
      const end = graceSeconds > 0 ? `works for another ${formatDuration(graceSeconds)}` : "stopped working";
      done(`Rotated ${name}. The old secret ${end}${sanitizeText(use)}.`);
      if (isShown) tellEnded(context, ended, graceSeconds);
    },
    /** Reports that the rotation is left pending. */
    tellPending: (finish: string) =>
      done(`The old and the new secret of ${name} both work. To finish the rotation, run: ${finish}`),
  };
}
