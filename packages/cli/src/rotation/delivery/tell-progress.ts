import type { ApiKey, LiveSecret, RotationHolder, RotationProgress } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { describeHolder, describeWaiting, tellEnded, wordLastUse } from "../../secrets/describe-secrets.ts";
import type { Sink } from "../../sinks/sink.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { formatDuration, formatRelativeTime } from "../../text/time.ts";
import type { RotationPlan } from "./rotation-plan.ts";
import type { RotationState } from "./rotation-state.ts";

/** The rotation that the messages are about. */
export interface ToldRotation {
  readonly key: Pick<ApiKey, "name">;
  readonly state: RotationState;
  /** Start time of a resumed rotation. Null for a new one. */
  readonly begunOn: Date | null;
  readonly plan: Pick<RotationPlan, "check">;
}

/** Prints the progress of a rotation and updates its state. Silent with output for programs and with --quiet. */
export class ProgressTeller {
  readonly #context: Context;
  readonly #isShown: boolean;
  readonly #told: ToldRotation;
  #awaited: string | undefined;
  #stopWaiting = (): void => {};

  constructor(context: Context, isShown: boolean, told: ToldRotation) {
    this.#context = context;
    this.#isShown = isShown;
    this.#told = told;
  }

  /** Handles a progress event of the SDK. */
  hear(progress: RotationProgress): void {
    this.#stopWaiting();
    const { state, plan } = this.#told;
    switch (progress.kind) {
      case "waiting":
        this.#tellWaiting(progress.holder);
        break;
      case "prepared":
        state.secrets = "two";
        state.rotationId = progress.rotationId;
        this.#tellPrepared();
        break;
      case "verified":
        this.#done(
          plan.check === "server"
            ? wordAcceptance(progress.refusedFor)
            : "Verified: your check accepted the new secret.",
        );
        break;
      case "lease-lost":
        if (progress.reason !== "expired") state.forgetDeliveries();
        this.#warn("The rotation lost its lease. Taking it again and repeating the delivery.");
        break;
    }
  }

  /** Stops the spinner. */
  end(): void {
    this.#stopWaiting();
  }

  /** Reports a delivery. */
  tellDelivered({ description }: Sink): void {
    this.#done(`Delivered to ${sanitizeText(description)}.`);
  }

  /** Reports that the rotation of an earlier run cannot be resumed. */
  tellOver(): void {
    this.#warn("The rotation that an earlier run started has ended. Starting a new one.");
  }

  /** Reports that an earlier run finished the rotation. */
  tellFinishedBefore(): void {
    this.#done(`"${sanitizeText(this.#told.key.name)}" was already rotated: the earlier run finished the rotation.`);
  }

  /** Reports that the rotation is finished. `ended` are the secrets that it ended, as they were right before. */
  tellFinished(ended: readonly LiveSecret[], graceSeconds: number): void {
    const old = ended.find(({ state }) => state === "current");
    const use = old === undefined ? "" : ` (${wordLastUse(old, this.#context.now())})`;
    const end = graceSeconds > 0 ? `works for another ${formatDuration(graceSeconds)}` : "stopped working";
    this.#done(`Rotated "${sanitizeText(this.#told.key.name)}". The old secret ${end}${sanitizeText(use)}.`);
    if (this.#isShown) tellEnded(this.#context, ended, graceSeconds);
  }

  /** Reports that the rotation is left pending. */
  tellPending(finish: string): void {
    const name = sanitizeText(this.#told.key.name);
    this.#done(`The old and the new secret of "${name}" both work. To finish the rotation, run: ${finish}`);
  }

  #tellPrepared(): void {
    const { key, begunOn } = this.#told;
    const name = sanitizeText(key.name);
    const begun = formatRelativeTime(begunOn?.toISOString(), this.#context.now());
    this.#done(
      begunOn === null
        ? `Created a new secret of "${name}". The old secret still works.`
        : `Resuming the rotation of "${name}" that started ${begun}.`,
    );
  }

  #tellWaiting(holder: RotationHolder | null): void {
    const label = `Waiting for ${describeHolder(holder)}`;
    if (this.#isShown) this.#stopWaiting = this.#context.io.startWaiting(label);
    if (this.#awaited === label) return;
    this.#awaited = label;
    this.#say(describeWaiting(holder));
  }

  #done(text: string): void {
    if (this.#isShown) this.#context.io.writeDone(text);
  }

  #warn(text: string): void {
    this.#say(`${this.#context.io.statusColors.yellow("!")} ${text}`);
  }

  #say(text: string): void {
    if (this.#isShown) this.#context.io.writeStatus(text);
  }
}

// The server refuses a correct secret from an address outside the allowlist, and this machine may be outside it.
function wordAcceptance(refusedFor: string | undefined): string {
  return refusedFor === undefined
    ? "Verified: the server accepts the new secret."
    : `Verified: the server recognizes the new secret, but refuses this machine (${refusedFor}).`;
}
