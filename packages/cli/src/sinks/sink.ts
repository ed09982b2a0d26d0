import type { Secret } from "@briksync/sdk";

/** The key a sink works for, as far as it is known: one that is still to be made has only its name. */
export interface SinkKey {
  readonly name: string;
  readonly id?: string;
  readonly clientId?: string;
}

/** What a sink is handed. It opens `clientSecret` at the last moment. */
export interface DeliveredSecret extends Required<SinkKey> {
  readonly clientSecret: Secret;
}

/** What is at a destination now. */
export interface SinkContent {
  /** `other`: something that is no client secret, or belongs to another key. Replacing it would lose it. */
  readonly kind: "empty" | "secret" | "other";
  /** Whether it is exactly this secret. */
  holds(secret: Secret): boolean;
}

/** A place that a secret is handed to past terminal, arguments and logs. */
export interface Sink {
  /** As it was given with `--to`. */
  readonly spec: string;
  /** For people: `the variable API_KEY in .env`. Never a secret. */
  readonly description: string;
  /** Throws a CliError where delivery could not work. Changes nothing, and runs before the server is asked for anything. */
  preflight(signal: AbortSignal): Promise<void>;
  /**
   * Looks what a delivery would replace. Null where there is nothing, where the place is not known before the key is, and where that
   * cannot be told. Throws SINK_UNAVAILABLE for what cannot be read.
   */
  findContent(key: SinkKey): Promise<SinkContent | null>;
  /**
   * Hands the secret over; resolves when the target holds exactly it. Repeatable. Throws a CliError. A target that changes at one moment has
   * `lastLook` called right before; what that throws leaves the target as it was, and passes as it is.
   */
  deliver(secret: DeliveredSecret, signal: AbortSignal, lastLook?: () => Promise<void>): Promise<void>;
}
