import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ApiKey } from "@briksync/sdk";
import { findConfigDirectory, requireConfigDirectory } from "../config/config.ts";
import type { Context } from "../context.ts";
import { CliError, ErrorWithHint, isOutcomeUnknown } from "../errors/cli-error.ts";
import { explainSystemError, isNodeError } from "../errors/node-error.ts";
import { type LockOptions, withFileLock } from "../storage/file-lock.ts";
import { quoteCommand } from "../text/quote-argument.ts";
import { formatRelativeTime } from "../text/time.ts";
import {
  type CallIdentity,
  type JournalEntry,
  nameCall,
  readEntry,
  removeOldEntries,
  writeEntry,
} from "./journal-entry.ts";

/** A call that creates a secret. Its Idempotency-Key is stored on disk until the secret is safe. */
export interface JournaledCall extends JournalEntry {
  /** An earlier run started this call and did not finish it. `begunOn` is its start time. */
  readonly isResumed: boolean;
  /** Whether the key is stored, so that another run can resume this call. */
  readonly isKept: boolean;
  /** Stores notes for a run that resumes this call. Throws FILE_FAILED. */
  note(notes: readonly string[]): Promise<void>;
  /** Removes the entry: the secret was delivered or cannot be recovered. */
  done(): Promise<void>;
}

/**
 * Runs `work` with an Idempotency-Key that is stored on disk until `done()` is called. After an interruption, the next
 * run with the same identity gets the same key, and so the same secret. Concurrent runs with the same identity wait for
 * each other, by default for at most 20 s. Then they throw BUSY. If the configuration directory is not writable, prints
 * a warning and runs `work` anyway.
 */
export async function withJournal<T>(
  context: Context,
  identity: CallIdentity,
  work: (call: JournaledCall) => Promise<T>,
  waiting: Pick<LockOptions, "waitMs" | "onWait" | "explainBusy"> = {},
): Promise<T> {
  const { host, signal } = context;
  let hasStarted = false;
  try {
    const directory = join(requireConfigDirectory(host), "journal");
    const path = join(directory, `${nameCall(identity)}.json`);
    const lock = { host, signal, ...waiting };
    return await withFileLock(join(directory, `${nameCall(identity)}.lock`), lock, async () => {
      const now = context.now();
      await removeOldEntries(directory, now, host.now());
      const found = await readEntry(path, now);
      const entry = found ?? { idempotencyKey: randomUUID(), begunOn: now, notes: [] };
      if (found === null) await writeEntry(host, path, entry, identity);
      hasStarted = true;
      return await work({
        ...entry,
        isResumed: found !== null,
        isKept: true,
        note: (notes) => writeEntry(host, path, { ...entry, notes }, identity),
        done: () => forget(context, path),
      });
    });
  } catch (error) {
    const isUnwritable = isNodeError(error) || (error instanceof CliError && error.type === "FILE_FAILED");
    if (hasStarted || signal.aborted || !isUnwritable) throw error;
    warn(context, error);
    const entry = { idempotencyKey: randomUUID(), begunOn: context.now(), notes: [] };
    return work({ ...entry, isResumed: false, isKept: false, note: async () => {}, done: async () => {} });
  }
}

async function forget({ io }: Context, path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    const reason = explainSystemError(error);
    const consequence = "Remove it. Otherwise, the same command returns the same secret for the next 24 hours.";
    io.writeWarning(`${path} cannot be removed (${reason}). ${consequence}`);
  }
}

// A rotation in a container without a writable directory must still work.
function warn({ io, host }: Context, error: unknown): void {
  const cause = error instanceof CliError ? error.cause : error;
  const reason = isNodeError(cause) ? explainSystemError(cause) : "unknown error";
  const directory = findConfigDirectory(host);
  const fault =
    directory === undefined
      ? "The journal cannot be stored because there is no home directory"
      : `${join(directory, "journal")} cannot be written (${reason})`;
  io.writeStatus(`${io.statusColors.yellow("!")} ${fault}. If this run is interrupted, the new secret is lost.`);
}

/** Texts for the errors of a call. `what` is `the rotation of "CRM"`. */
export interface CallTexts {
  readonly what: string;
  /** What to do if the result of the call is unknown and the call cannot be resumed. Complete sentences. */
  readonly lostResponseHint: string;
}

/** Reasons why a server never returns a response again. */
const unrecoverable = {
  IDEMPOTENCY_SUPERSEDED: "it was replaced or revoked",
  IDEMPOTENCY_KEY_REUSED: "its Idempotency-Key was used with another request",
};

/** Returns when a call started: `3 minutes ago`. */
export function describeStart({ begunOn }: JournaledCall, now: Date): string {
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
  { what, lostResponseHint }: CallTexts,
  send: (idempotencyKey: string) => Promise<T>,
): Promise<T> {
  try {
    return await send(call.idempotencyKey);
  } catch (error) {
    const type = error instanceof Error && "type" in error ? String(error.type) : "";
    const reason = unrecoverable[type as keyof typeof unrecoverable];
    if (reason !== undefined) {
      await call.done();
      const started = describeStart(call, context.now());
      throw new CliError(
        "REFUSED",
        `The secret of ${what} that started ${started} cannot be recovered, because ${reason}. This run changed nothing.`,
        { hint: "To get a new secret, run the same command again.", cause: error },
      );
    }
    if (type === "IDEMPOTENCY_IN_PROGRESS") throw error;
    // The first attempt of a resumed call may have succeeded, whatever happened to this one.
    const isOpen = call.isResumed || isOutcomeUnknown(error);
    if (!isOpen) await call.done();
    if (!isOutcomeUnknown(error)) throw error;
    if (!call.isKept) throw new ErrorWithHint(error, lostResponseHint);
    const recovery = `To recover the secret of ${what} within 24 hours, run: ${quoteCommand(context.host)}`;
    // The SDK marks a lost response as retryable only if the server has said that it keeps responses.
    const isSure = error instanceof Error && "retryable" in error && error.retryable === true;
    const hint = isSure ? recovery : `${recovery}\nSome servers do not support recovery. ${lostResponseHint}`;
    throw new ErrorWithHint(error, hint);
  }
}

/**
 * Returns a hint that says how to recover a secret that was created but not delivered, or undefined if that is
 * impossible. Servers that support rotations also keep responses. Servers with only the documented calls do neither.
 */
export function findRecovery(
  { host }: Context,
  { isKept }: JournaledCall,
  response: Pick<ApiKey, "rotation">,
): string | undefined {
  if (!isKept || response.rotation === undefined) return undefined;
  return `To recover the same secret within 24 hours, run: ${quoteCommand(host)}`;
}
