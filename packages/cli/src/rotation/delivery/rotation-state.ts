import { isRotationInterrupted } from "@briksync/sdk";
import type { Sink, SinkKey } from "../../sinks/sink.ts";

/** Which secret a destination has, as far as this run knows. `unknown`: an earlier run may have delivered. */
type Holding = "untouched" | "unknown" | "either" | "new";

/**
 * Which secrets work. `taken-up`: an earlier run started the rotation, and its state is not known yet. `superseded`:
 * its secret ended, because the rotation was aborted or another one was finished.
 */
export type SecretsState = "unchanged" | "taken-up" | "perhaps-two" | "two" | "superseded" | "perhaps-finished";

/** Tracks the state of a rotation for the error report: which secrets work, and which destinations have the new one. */
export class RotationState {
  readonly #key: SinkKey;
  readonly #sinks: readonly Sink[];
  readonly #holdings = new Map<Sink, Holding>();
  secrets: SecretsState = "unchanged";
  rotationId: string | undefined;

  constructor(key: SinkKey, sinks: readonly Sink[]) {
    this.#key = key;
    this.#sinks = sinks;
  }

  /** Records that an earlier run started the rotation and its progress is unknown. */
  takeUp(): void {
    this.secrets = "taken-up";
    for (const sink of this.#sinks) this.#holdings.set(sink, "unknown");
  }

  /** Delivers to one destination and records what it may contain after a failure. */
  async track(sink: Sink, deliver: () => Promise<void>): Promise<void> {
    const before = this.#holdings.get(sink) ?? "untouched";
    this.#holdings.set(sink, "either");
    try {
      await deliver();
    } catch (error) {
      // If a file could not be replaced, it was not changed.
      const isUnchanged = error instanceof Error && "type" in error && error.type === "FILE_FAILED";
      if (isUnchanged) this.#holdings.set(sink, before);
      throw error;
    }
    this.#holdings.set(sink, "new");
  }

  /** Records what the SDK knows about an interrupted rotation. */
  learn(error: unknown): void {
    if (!isRotationInterrupted(error)) return;
    const { secrets, step, rotationId } = error;
    this.rotationId ??= rotationId;
    if (secrets === "both-work") this.secrets = "two";
    if (secrets === "superseded") this.secrets = "superseded";
    if (secrets === "unknown") this.secrets = "perhaps-finished";
    if (step === "prepare" && this.secrets === "unchanged") this.secrets = "perhaps-two";
  }

  /** Records that another rotation may have delivered its secret to the same destinations. */
  forgetDeliveries(): void {
    for (const sink of this.#holdings.keys()) this.#holdings.set(sink, "either");
  }

  /** Returns the state in sentences: first the secrets, then the destinations. */
  describe(): readonly string[] {
    return [this.#describeSecrets(), ...this.#sinks.map((sink) => this.#describeSink(sink))];
  }

  #describeSecrets(): string {
    const name = `"${this.#key.name}"`;
    const id = this.rotationId;
    const rotation = id === undefined ? "" : ` (rotation ${id})`;
    return {
      unchanged: `The secret of ${name} still works. No new secret was created.`,
      "taken-up": `The secrets of ${name} are as the earlier run left them.`,
      "perhaps-two": `The secret of ${name} still works. The server may have created a new one, but it was not delivered.`,
      two: `The old and the new secret of ${name} both work${rotation}.`,
      superseded: `${id === undefined ? "The rotation" : `Rotation ${id}`} of ${name} has ended. Another run finished, aborted or replaced it.`,
      "perhaps-finished": `The new secret of ${name} works${rotation}. The old secret may or may not work.`,
    }[this.secrets];
  }

  #describeSink(sink: Sink): string {
    const description = sink.describe(this.#key);
    return {
      untouched: `Not delivered to ${description}. It was not changed.`,
      unknown: `Not delivered to ${description} by this run. An earlier run may have delivered to it.`,
      either: `The delivery to ${description} failed. The destination may have the old or the new secret.`,
      new: `Delivered to ${description}.`,
    }[this.#holdings.get(sink) ?? "untouched"];
  }
}
