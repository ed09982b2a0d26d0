import { expect } from "vitest";
import {
  type BrikSync,
  isRotationInterrupted,
  type LiveSecret,
  type RotateSafelyOptions,
  type RotationInterruptedError,
} from "../src/index.ts";
import { catchError } from "./catch-error.ts";
import { collectAll } from "./collect-all.ts";

/** A key, and the one place where its secret is used. */
export interface Sink {
  readonly id: string;
  secret: string;
  /** The secret it began with. */
  readonly old: string;
}

/** Creates a key and puts its secret into a sink. */
export async function createSink(client: BrikSync): Promise<Sink> {
  const { id, clientSecret } = await client.keys.create({ name: "CRM" });
  return { id, secret: clientSecret.reveal(), old: clientSecret.reveal() };
}

/** Delivers to a sink as it should be done: with a look at the lease right before. */
export function deliverTo(sink: Sink): Pick<RotateSafelyOptions, "deliver"> {
  return {
    deliver: async ({ clientSecret }, { holdLease }) => {
      await holdLease();
      sink.secret = clientSecret.reveal();
    },
  };
}

/** Whether the server accepts a secret. */
export async function accepts(client: BrikSync, secret: string): Promise<boolean> {
  return (await client.verify({ headers: { authorization: `Bearer ${secret}` } })).ok;
}

/** The interruption a rotation fails with; fails the test when it succeeds or fails with anything else. */
export async function catchInterruption(call: Promise<unknown>): Promise<RotationInterruptedError> {
  const error = await catchError(call);
  if (isRotationInterrupted(error)) return error;
  throw error;
}

/** The states of live secrets, in their order. */
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

/** How many rotations were ever begun. */
export async function countStarts(client: BrikSync, keyId: string): Promise<number> {
  return (await collectAll(client.audit.list({ keyId, action: "key.rotation_started" }))).length;
}
