import { ApiError, ConnectionError, type Outcome } from "@briksync/sdk";
import { describe, expect, it } from "vitest";
import type { Context } from "../context.ts";
import { sendOnce } from "./with-journal.ts";

const context = { now: () => new Date(), host: { argv: ["keys", "rotate", "CRM"] } } as unknown as Context;

/** Sends a call that fails with `error`. Returns whether the journal has forgotten the call, and what was thrown. */
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
  const words = { what: "the rotation", lostAnswerHint: "the secret is lost." };
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

describe("C-10 a call that failed is kept in the journal", () => {
  it.each([
    ["a refusal of a new call: no", refuse("FORBIDDEN"), false, true],
    ["a refusal of a resumed call: yes, since its first sending may have succeeded", refuse("FORBIDDEN"), true, false],
    ["a lost answer: yes", lost, false, false],
    ["a lost answer of a resumed call: yes", lost, true, false],
    ["an error that leaves the outcome open: yes", refuse("INTERNAL", "unknown"), false, false],
    ["a first sending that is still at work: yes", refuse("IDEMPOTENCY_IN_PROGRESS"), false, false],
    ["a resumed call whose first sending is still at work: yes", refuse("IDEMPOTENCY_IN_PROGRESS"), true, false],
    ["an answer that is never given again: no", refuse("IDEMPOTENCY_SUPERSEDED"), true, true],
    ["a key that was used for another call: no", refuse("IDEMPOTENCY_KEY_REUSED"), true, true],
  ])("%s", async (_, error, isResumed, isForgotten) => {
    expect((await fail(error, isResumed)).isForgotten).toBe(isForgotten);
  });

  it("says how to recover the secret after a lost answer", async () => {
    const { thrown } = await fail(lost, false);
    expect(thrown).toMatchObject({ hint: expect.stringContaining("briksync keys rotate CRM") });
  });
});
