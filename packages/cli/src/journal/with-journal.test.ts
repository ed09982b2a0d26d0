import { ApiError, ConnectionError, type Outcome } from "@briksync/sdk";
import { describe, expect, it } from "vitest";
import type { Context } from "../context.ts";
import { sendOnce } from "./with-journal.ts";

const context = { now: () => new Date(), host: { argv: ["keys", "rotate", "CRM"] } } as unknown as Context;

/** Sends a call that fails with `error`. Returns whether the journal has forgotten the call, and the thrown error. */
async function fail(error: unknown, isResumed: boolean): Promise<{ isForgotten: boolean; thrown: unknown }> {
  let isForgotten = false;
  const call = {
    idempotencyKey: "k-1",
    begunOn: new Date(),
    notes: [],
    isResumed,
    isKept: true,
    note: async () => {},
    done: async () => {
      isForgotten = true;
    },
  };
  const words = { what: "the rotation", lostResponseHint: "the secret is lost." };
  const thrown = await sendOnce(context, call, words, () => Promise.reject(error)).catch((reason: unknown) => reason);
  return { isForgotten, thrown };
}

function refuse(type: string, outcome: Outcome = "rejected"): ApiError {
  return new ApiError("no", { type, status: 409, outcome, retryable: false, attempts: 1 } as never);
}

const lost = new ConnectionError("lost", {
  type: "CONNECTION_FAILED",
  outcome: "unknown",
  retryable: true,
  attempts: 1,
});

describe("C-10 a failed call stays in the journal", () => {
  it.each([
    ["after the server refused a new call: no", refuse("FORBIDDEN"), false, true],
    [
      "after the server refused a resumed call: yes, its first attempt may have succeeded",
      refuse("FORBIDDEN"),
      true,
      false,
    ],
    ["after a lost response: yes", lost, false, false],
    ["after a lost response to a resumed call: yes", lost, true, false],
    ["after an error with an unknown outcome: yes", refuse("INTERNAL", "unknown"), false, false],
    ["while its first attempt is still running: yes", refuse("IDEMPOTENCY_IN_PROGRESS"), false, false],
    ["while the first attempt of a resumed call is still running: yes", refuse("IDEMPOTENCY_IN_PROGRESS"), true, false],
    ["if the server never repeats the response: no", refuse("IDEMPOTENCY_SUPERSEDED"), true, true],
    ["if its Idempotency-Key was used for another call: no", refuse("IDEMPOTENCY_KEY_REUSED"), true, true],
  ])("%s", async (_, error, isResumed, isForgotten) => {
    expect((await fail(error, isResumed)).isForgotten).toBe(isForgotten);
  });

  it("has an error that says how to recover the secret after a lost response", async () => {
    const { thrown } = await fail(lost, false);
    expect(thrown).toMatchObject({ hint: expect.stringContaining("briksync keys rotate CRM") });
  });
});
