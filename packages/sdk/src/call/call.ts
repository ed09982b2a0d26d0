import type { TransportResponse } from "../transport/transport.ts";
import type { Repetition } from "./retry.ts";

/** One operation with its input, before it is sent. */
export interface Call {
  readonly method: string;
  /** Path with placeholders, for events. */
  readonly template: string;
  /** Filled path with query. */
  readonly path: string;
  readonly body: string | null;
  readonly repetition: Repetition;
  /** Headers beyond the common ones. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Name of an operation that servers with only the documented part lack. */
  readonly feature?: string | undefined;
  /** Texts in the call that must never appear in a message. */
  readonly secrets?: readonly string[] | undefined;
  /** Error statuses that are the answer itself and no reason to try again. */
  readonly finalStatuses?: readonly number[] | undefined;
  /** Whether it ends or changes what it is authorized with, so that a second call gets a 401 because of the first. */
  readonly changesCredential?: boolean | undefined;
  /** Whether it goes to the data plane, where the server announces nothing about the management plane. */
  readonly isDataPlane?: boolean | undefined;
  /** Whether the body of a good answer is the documented one; absent for operations that answer nothing. */
  readonly accepts?: ((body: unknown, text: string) => boolean) | undefined;
}

/** A good answer. */
export interface Answer {
  readonly body: unknown;
  readonly response: TransportResponse;
}
