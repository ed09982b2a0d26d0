import { type ApiKey, isApiError, isBrikSyncError, isRotationInterrupted, type LiveSecret } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { CliError, ErrorWithHint } from "../../errors/cli-error.ts";
import { describeSecrets } from "../../secrets/describe-secrets.ts";
import { quoteArgument } from "../../text/quote-argument.ts";
import type { RotationState } from "./rotation-state.ts";

/**
 * Returns the error for an interrupted rotation: the cause, the state of the secrets and destinations, and the command
 * that resumes it (`resume`). If nothing was changed, only adds the hint.
 */
export function explainStop(error: unknown, state: RotationState, resume: string, signal: AbortSignal): unknown {
  const cause = findCause(error, state, signal);
  const hintToResume = `To resume, run: ${resume}`;
  const hint = advise(cause, hintToResume);
  if (state.secrets !== "unchanged") return new ErrorWithHint(cause, hint ?? hintToResume, state.describe());
  return hint === undefined ? cause : new ErrorWithHint(cause, hint);
}

// The SDK's messages are for programmers, so report the cause instead.
function findCause(error: unknown, { secrets }: RotationState, signal: AbortSignal): unknown {
  const cause = isRotationInterrupted(error) && error.cause instanceof Error ? error.cause : error;
  if (!isStopped(cause)) return cause;
  if (signal.aborted) {
    if (cause instanceof CliError) return cause;
    const consequence = secrets === "unchanged" ? " Nothing was changed." : "";
    return new CliError("INTERRUPTED", `Interrupted.${consequence}`, { cause });
  }
  const refusal = cause instanceof Error ? cause.cause : undefined;
  if (isBrikSyncError(refusal)) return refusal;
  return new CliError("LEASE_LOST", "The rotation lost its lease because the server could not be reached in time.", {
    cause,
  });
}

/** Returns whether an operation was canceled, by Ctrl-C or because the lease was lost. */
function isStopped(cause: unknown): boolean {
  if (cause instanceof CliError) return cause.type === "INTERRUPTED";
  return (
    (isBrikSyncError(cause) && cause.type === "ABORTED") || (cause instanceof Error && cause.name === "AbortError")
  );
}

function advise(cause: unknown, resume: string): string | undefined {
  if (isApiError(cause, "ROTATION_IN_PROGRESS")) {
    return `Wait longer with --wait 15m. If you know that the other run has stopped, add --take-over.\n${resume}`;
  }
  if (isApiError(cause, "KEY_REVOKED")) return "To create a new key, run: briksync keys create NAME";
  if (isApiError(cause) && cause.feature !== undefined) {
    return "Nothing was changed. This server can only replace a secret immediately. Omit --to and --staged.";
  }
  return undefined;
}

/**
 * Returns the error for a fourth pending rotation. It lists the three existing rotations, and a command that aborts an
 * unused one or finishes the one in use.
 */
export async function explainPendingLimit(context: Context, key: ApiKey, cause: unknown): Promise<ErrorWithHint> {
  const client = await context.client();
  const secrets = await client.keys.rotations.list(key.id, { signal: context.signal }).catch(() => []);
  const pending = secrets.filter(({ state }) => state === "pending");
  const lines = describeSecrets(pending, context.now());
  const details = lines.map((line, index) => `${pending[index]?.id}  ${line}`);
  return new ErrorWithHint(cause, adviseOnRoom(pending, quoteArgument(key.clientId)), details);
}

function adviseOnRoom(pending: readonly LiveSecret[], key: string): string {
  const unused = pending.find(({ lastUsedAt, firstUsedOn }) => lastUsedAt === null && firstUsedOn === null);
  const command = `briksync keys rotate ${key}`;
  if (unused !== undefined) {
    return `The secret of rotation ${unused.id} is unused. If no destination has it, abort that rotation: ${command} --abort --rotation ${unused.id} --force`;
  }
  const last = [...pending].sort((a, b) => ((a.lastUsedAt ?? "") < (b.lastUsedAt ?? "") ? 1 : -1))[0];
  return last === undefined
    ? `To list the secrets that work, run: ${command} --status`
    : `To finish the rotation whose secret is in use, run: ${command} --finish --rotation ${last.id}`;
}
