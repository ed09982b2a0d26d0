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

/** A place that a secret is handed to past terminal, arguments and logs. */
export interface Sink {
  /** As it was given with `--to`. */
  readonly spec: string;
  /** For people: `the variable API_KEY in .env`. Never a secret. */
  readonly description: string;
  /** Throws a CliError where delivery could not work. Changes nothing, and runs before the server is asked for anything. */
  preflight(signal: AbortSignal): Promise<void>;
  /**
   * Hands the secret over; resolves when the target holds exactly it. Repeatable. Throws a CliError. A target that changes at one moment has
   * `lastLook` called right before; what that throws leaves the target as it was, and passes as it is.
   */
  deliver(secret: DeliveredSecret, signal: AbortSignal, lastLook?: () => Promise<void>): Promise<void>;
}
