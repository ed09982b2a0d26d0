import { type ApiKey, isRotationInterrupted } from "@briksync/sdk";
import type { Sink } from "../../sinks/sink.ts";

/** What a sink holds of this rotation, as far as this run knows. `unknown`: an earlier run may have delivered. */
type Holding = "untouched" | "unknown" | "either" | "new";

/**
 * Which secrets work. `taken-up`: an earlier run began the rotation, and this one has not heard of it yet; `superseded`: its secret has
 * ended, by an abort or another rotation.
 */
export type SecretsState = "unchanged" | "taken-up" | "perhaps-two" | "two" | "superseded" | "perhaps-finished";

/**
 * Keeps in mind how far a rotation has come, so that whatever stops it can be told with what holds now: which secrets work, and
 * which places have the new one.
 */
export class RotationState {
  readonly #key: Pick<ApiKey, "name">;
  readonly #sinks: readonly Sink[];
  readonly #holdings = new Map<Sink, Holding>();
  secrets: SecretsState = "unchanged";
  rotationId: string | undefined;

  constructor(key: Pick<ApiKey, "name">, sinks: readonly Sink[]) {
    this.#key = key;
    this.#sinks = sinks;
  }

  /** An earlier run got so far that nobody knows how far. */
  takeUp(): void {
    this.secrets = "taken-up";
    for (const sink of this.#sinks) this.#holdings.set(sink, "unknown");
  }

  /** Delivers to one place, and minds what it may hold when that fails. */
  async track(sink: Sink, deliver: () => Promise<void>): Promise<void> {
    const before = this.#holdings.get(sink) ?? "untouched";
    this.#holdings.set(sink, "either");
    try {
      await deliver();
    } catch (error) {
      if (leavesAsItWas(error)) this.#holdings.set(sink, before);
      throw error;
    }
    this.#holdings.set(sink, "new");
  }

  /** Takes in what the SDK knows about a rotation that it could not bring to its end. */
  learn(error: unknown): void {
    if (!isRotationInterrupted(error)) return;
    const { secrets, step, rotationId } = error;
    this.rotationId ??= rotationId;
    if (secrets === "both-work") this.secrets = "two";
    if (secrets === "superseded") this.secrets = "superseded";
    if (secrets === "unknown") this.secrets = "perhaps-finished";
    if (step === "prepare" && this.secrets === "unchanged") this.secrets = "perhaps-two";
  }

  /** Another rotation came in between and may have delivered its own secret to the same places. */
  forgetDeliveries(): void {
    for (const sink of this.#holdings.keys()) this.#holdings.set(sink, "either");
  }

  /** What holds now, in whole sentences: first the secrets, then the places. */
  describe(): readonly string[] {
    return [this.#describeSecrets(), ...this.#sinks.map((sink) => this.#describeSink(sink))];
  }

  #describeSecrets(): string {
    const name = `"${this.#key.name}"`;
    const id = this.rotationId;
    const rotation = id === undefined ? "" : ` (rotation ${id})`;
    switch (this.secrets) {
      case "unchanged":
        return `The secret of ${name} still works. No new secret was created.`;
      case "taken-up":
        return `The secrets of ${name} are as the earlier run left them.`;
      case "perhaps-two":
        return `The secret of ${name} still works. The server may have created a new one, but it was not delivered.`;
      case "two":
        return `The old and the new secret of ${name} both work${rotation}.`;
      case "superseded":
        return `${id === undefined ? "The rotation" : `Rotation ${id}`} of ${name} has ended. Another run finished, aborted or replaced it.`;
      case "perhaps-finished":
        return `The new secret of ${name} works${rotation}. The old secret may or may not work.`;
    }
  }

  #describeSink(sink: Sink): string {
    switch (this.#holdings.get(sink) ?? "untouched") {
      case "untouched":
        return `Not delivered to ${sink.description}. It was not changed.`;
      case "unknown":
        return `Not delivered to ${sink.description} by this run. An earlier run may have delivered to it.`;
      case "either":
        return `The delivery to ${sink.description} failed. It may contain the old or the new secret.`;
      case "new":
        return `Delivered to ${sink.description}.`;
    }
  }
}

/** A file that could not be replaced is unchanged. */
function leavesAsItWas(error: unknown): boolean {
  return error instanceof Error && "type" in error && error.type === "FILE_FAILED";
}
