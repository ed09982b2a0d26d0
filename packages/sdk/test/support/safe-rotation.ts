import { expect } from "vitest";
import {
  type BrikSync,
  isRotationInterrupted,
  type LiveSecret,
  type RotateSafelyOptions,
  type RotationInterruptedError,
} from "../../src/index.ts";
import { catchError } from "./catch-error.ts";
import { collectAll } from "./collect-all.ts";

/** A key, and the only destination of its secret. */
export interface Sink {
  readonly id: string;
  secret: string;
  /** The first secret of the key. */
  readonly old: string;
}

/** Creates a key and stores its secret in a sink. */
export async function createSink(client: BrikSync): Promise<Sink> {
  const { id, clientSecret } = await client.keys.create({ name: "CRM" });
  return { id, secret: clientSecret.reveal(), old: clientSecret.reveal() };
}

/** Returns a `deliver` function that renews the lease before it writes to the sink, as documented. */
export function deliverTo(sink: Sink): Pick<RotateSafelyOptions, "deliver"> {
  return {
    deliver: async ({ clientSecret }, { holdLease }) => {
      await holdLease();
      sink.secret = clientSecret.reveal();
    },
  };
}

/** Returns whether the server accepts a secret. */
export async function accepts(client: BrikSync, secret: string): Promise<boolean> {
  return (await client.verify({ headers: { authorization: `Bearer ${secret}` } })).ok;
}

/** Returns the error of an interrupted rotation. Fails the test if the call succeeds or throws another error. */
export async function catchInterruption(call: Promise<unknown>): Promise<RotationInterruptedError> {
  const error = await catchError(call);
  if (isRotationInterrupted(error)) return error;
  throw error;
}

/** Returns the states of secrets, in their order. */
export function describeSecrets(secrets: readonly LiveSecret[]): string {
  return secrets.map(({ state }) => state).join(" ");
}

/** Checks that the sink holds the only secret that works. */
export async function expectDone(client: BrikSync, { id, secret, old }: Sink): Promise<void> {
  expect(describeSecrets(await client.keys.rotations.list(id))).toBe("current");
  expect(secret).not.toBe(old);
  expect(await accepts(client, secret)).toBe(true);
  expect(await accepts(client, old)).toBe(false);
}

/** Returns how many rotations of a key were started. */
export async function countStarts(client: BrikSync, keyId: string): Promise<number> {
  return (await collectAll(client.audit.list({ keyId, action: "key.rotation_started" }))).length;
}
