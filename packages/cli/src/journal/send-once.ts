import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { AdvisedError, isOutcomeUnknown } from "../errors/advised-error.ts";
import { CliError } from "../errors/cli-error.ts";
import { quoteCommand } from "../text/quote-command.ts";
import { formatRelativeTime } from "../text/relative-time.ts";
import type { JournaledCall } from "./with-journal.ts";

/** Words for what may become of a call. `what` is `the rotation of "CRM"`. */
export interface CallWords {
  readonly what: string;
  /** What to do where nobody knows whether the call was carried out, and it cannot be taken up again. Begins in the middle of a sentence. */
  readonly lostAnswerHint: string;
}

/** Why a server does not give an answer again, and never will. */
const unrecoverable = {
  IDEMPOTENCY_SUPERSEDED: "it was replaced or revoked",
  IDEMPOTENCY_KEY_REUSED: "its Idempotency-Key was used with another request",
};

/** How an entry says when it was begun: `3 minutes ago`. */
export function describeBeginning({ begunOn }: JournaledCall, now: Date): string {
  return formatRelativeTime(begunOn.toISOString(), now);
}

/**
 * Sends a call of the journal, and judges by its failure whether a later run can still get something from it. What certainly did not
 * happen is forgotten; what may have happened stays, with advice how to get its secret. An answer that the server refuses to give again
 * (replaced, revoked, or another call's) is forgotten and reported; nothing is sent anew, since that would end what is in use now.
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
    const type = readType(error);
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
    // Of a call that was taken up again the first sending may have succeeded, whatever became of this one.
    const isOpen = call.isResumed || isOutcomeUnknown(error);
    if (!isOpen) await call.done();
    if (!isOutcomeUnknown(error)) throw error;
    throw new AdvisedError(error, adviseOnLostAnswer(context, call, error, { what, lostAnswerHint }));
  }
}

// The SDK calls a lost answer retryable where the server has said that it keeps its answers; else it may be one that does not.
function adviseOnLostAnswer(
  { host }: Context,
  { isKept }: JournaledCall,
  error: unknown,
  { what, lostAnswerHint }: CallWords,
): string {
  if (!isKept) return lostAnswerHint;
  const recovery = `To recover the secret of ${what} within 24 hours, run: ${quoteCommand(host)}`;
  const isSure = error instanceof Error && "retryable" in error && error.retryable === true;
  return isSure ? recovery : `${recovery}\nIf this server does not support recovery: ${lostAnswerHint}`;
}

/**
 * How to get a secret again that was made for certain but has not reached everybody; undefined where it cannot be had again. A server that
 * knows rotations keeps its answers too; one with only the documented part knows neither.
 */
export function findRecovery(
  { host }: Context,
  { isKept }: JournaledCall,
  answer: Pick<ApiKey, "rotation">,
): string | undefined {
  if (!isKept || answer.rotation === undefined) return undefined;
  return `To recover the same secret within 24 hours, run: ${quoteCommand(host)}`;
}

function readType(error: unknown): string {
  return error instanceof Error && "type" in error ? String(error.type) : "";
}
