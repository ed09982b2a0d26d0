import type { Secret } from "@briksync/sdk";

/** The key of a delivery. A key that does not exist yet has only a name. */
export interface SinkKey {
  readonly name: string;
  readonly id?: string;
  readonly clientId?: string;
  /** Set for an automation token, whose ID takes the place of the client ID. */
  readonly isToken?: boolean;
}

/** A key or automation token that exists. */
export type KnownKey = Required<Omit<SinkKey, "isToken">>;

/** The values to deliver. Destinations reveal `clientSecret` at the last moment. */
export interface DeliveredSecret extends KnownKey {
  readonly clientSecret: Secret;
}

/** The current content of a destination. */
interface SinkContent {
  /** `other` is not a client secret, or belongs to another key. Replacing it would lose it. */
  readonly kind: "empty" | "secret" | "other";
  /** Returns whether the content is exactly this secret. */
  holds(secret: Secret): boolean;
}

/** A destination of a secret. The secret does not pass through the terminal, arguments or logs. */
export interface Sink {
  /** The value of `--to`. */
  readonly spec: string;
  /**
   * Returns the destination for messages: `the variable API_KEY in .env`. Placeholders whose value is not known yet
   * remain. Never contains a secret.
   */
  describe(key: SinkKey): string;
  /** Throws a CliError if a delivery would fail. Changes nothing. Runs before the first request to the server. */
  preflight(signal: AbortSignal): Promise<void>;
  /**
   * Returns what a delivery would replace. Returns null if there is nothing, if the destination depends on a key that
   * does not exist yet, or if it cannot be determined. Throws SINK_UNAVAILABLE if it cannot be read.
   */
  findContent(key: SinkKey): Promise<SinkContent | null>;
  /**
   * Delivers the secret. Resolves when the destination contains exactly this secret. Safe to repeat. Throws a CliError.
   * A destination that changes atomically calls `lastLook` right before the change. If `lastLook` throws, the
   * destination is not changed and the error is not wrapped.
   */
  deliver(secret: DeliveredSecret, signal: AbortSignal, lastLook?: () => Promise<void>): Promise<void>;
}
