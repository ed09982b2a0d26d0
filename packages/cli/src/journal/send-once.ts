import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { AdvisedError, isOutcomeUnknown } from "../errors/advised-error.ts";
import { CliError } from "../errors/cli-error.ts";
import { quoteCommand } from "../text/quote-argument.ts";
import { formatRelativeTime } from "../text/relative-time.ts";
import type { JournaledCall } from "./with-journal.ts";

/** Texts for the errors of a call. `what` is `the rotation of "CRM"`. */
export interface CallWords {
  readonly what: string;
  /** What to do if the result of the call is unknown and the call cannot be resumed. Complete sentences. */
  readonly lostAnswerHint: string;
}

/** Reasons why a server never returns a response again. */
const unrecoverable = {
  IDEMPOTENCY_SUPERSEDED: "it was replaced or revoked",
  IDEMPOTENCY_KEY_REUSED: "its Idempotency-Key was used with another request",
};

/** Returns when a call started: `3 minutes ago`. */
export function describeBeginning({ begunOn }: JournaledCall, now: Date): string {
  return formatRelativeTime(begunOn.toISOString(), now);
}

/**
 * Sends a call of the journal and handles its failure.
 * - If the call certainly did not happen, removes the entry.
 * - If it may have happened, keeps the entry and adds a hint that says how to recover the secret.
 * - If the server refuses to return the response again (replaced, revoked or another call's), removes the entry and
 *   throws REFUSED. It does not send the call again, because that would end the current secret.
 */
export async function sendOnce<T>(
  context: Context,
  call: JournaledCall,
  { what, lostAnswerHint }: CallWords,
  send: (idempotencyKey: string) => Promise<T>,
): Promise<T> {
  try {
    return await send(call.idempotencyKey);
  } catch (error) {
    const type = error instanceof Error && "type" in error ? String(error.type) : "";
    const reason = unrecoverable[type as keyof typeof unrecoverable];
    if (reason !== undefined) {
      await call.done();
      const begun = describeBeginning(call, context.now());
      throw new CliError(
        "REFUSED",
        `The secret of ${what} that started ${begun} cannot be recovered, because ${reason}. This run changed nothing.`,
        {
          hint: "To get a new secret, run the same command again.",
          cause: error,
        },
      );
    }
    if (type === "IDEMPOTENCY_IN_PROGRESS") throw error;
    // The first attempt of a resumed call may have succeeded, whatever happened to this one.
    const isOpen = call.isResumed || isOutcomeUnknown(error);
    if (!isOpen) await call.done();
    if (!isOutcomeUnknown(error)) throw error;
    throw new AdvisedError(error, adviseOnLostAnswer(context, call, error, { what, lostAnswerHint }));
  }
}

// The SDK marks a lost response as retryable only if the server has said that it keeps responses.
function adviseOnLostAnswer(
  { host }: Context,
  { isKept }: JournaledCall,
  error: unknown,
  { what, lostAnswerHint }: CallWords,
): string {
  if (!isKept) return lostAnswerHint;
  const recovery = `To recover the secret of ${what} within 24 hours, run: ${quoteCommand(host)}`;
  const isSure = error instanceof Error && "retryable" in error && error.retryable === true;
  return isSure ? recovery : `${recovery}\nSome servers do not support recovery. ${lostAnswerHint}`;
}

/**
 * Returns a hint that says how to recover a secret that was created but not delivered, or undefined if that is
 * impossible. Servers that support rotations also keep responses; servers with only the documented calls do neither.
 */
export function findRecovery(
  { host }: Context,
  { isKept }: JournaledCall,
  answer: Pick<ApiKey, "rotation">,
): string | undefined {
  if (!isKept || answer.rotation === undefined) return undefined;
  return `To recover the same secret within 24 hours, run: ${quoteCommand(host)}`;
}
