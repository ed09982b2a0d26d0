import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError, ErrorWithHint } from "../errors/cli-error.ts";
import { findKey, findKeys } from "../keys/find-key.ts";
import { filterKeys } from "../keys/list-keys.ts";
import { reportScope } from "../keys/notices.ts";
import {
  describeEndedSecrets,
  findEndedSecrets,
  findOtherSecrets,
  formatLastUse,
  omitCurrent,
} from "../secrets/describe-secrets.ts";
import { openSinks } from "../sinks/open-sinks.ts";
import { fillPlaceholders } from "../sinks/placeholders.ts";
import { checkConsentPossible, confirmOrStop } from "../terminal/confirm.ts";
import { explainError } from "../terminal/error-report.ts";
import { printList } from "../terminal/print-list.ts";
import { quoteArgument, quoteCommand } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatDuration } from "../text/time.ts";
import { deliverRotation } from "./delivery/deliver-rotation.ts";
import { printRotation } from "./delivery/finished-rotation.ts";
import { confirmPlans, planRotation, preflightRotation, type RotationPlan } from "./delivery/rotation-plan.ts";
import { type KeyOutcome, outcomeListLayout } from "./key-outcome.ts";
import type { RotateOptions } from "./rotate-options.ts";

/**
 * Runs `briksync keys rotate` for several keys, one after the other. Checks all destinations before it starts the first
 * rotation. Stops at the first failure, unless `--keep-going` is set. Prints the result of each key in any case.
 */
export async function rotateMany(context: Context, texts: readonly string[], options: RotateOptions): Promise<void> {
  openSinks(context, options, { name: "x" });
  checkConsentPossible(context, "the old secrets of several keys would stop working.");
  const keys = await chooseKeys(context, texts, options);
  requireDistinctDestinations(options.to ?? [], keys);
  const planned = keys.map((key) => {
    const plan = planRotation(context, key, options, resumeWith([key], options));
    // One confirmation covers all keys.
    return [key, { ...plan, isAgreed: true }] as const;
  });
  if (options.keepGoing !== true) for (const [key, plan] of planned) await preflightRotation(context, key, plan);
  const plans = await confirmPlans(context, planned);
  await confirm(context, keys, options);
  const failures: Failure[] = [];
  const outcomes: KeyOutcome[] = [];
  for (const [key, plan] of plans) {
    const hasStopped = failures.length > 0 && (options.keepGoing !== true || context.signal.aborted);
    if (hasStopped) outcomes.push(describeSkipped(key));
    else outcomes.push(await rotateOne(context, key, plan, failures));
  }
  const age = formatDuration(options.olderThan ?? 0);
  await printList(context, outcomes, outcomeListLayout(`No active key has a secret that is at least ${age} old.`));
  if (failures.length > 0) throw summarize(context, outcomes, failures, texts, options);
}

/** A key that was not rotated, with the error. */
interface Failure {
  readonly key: ApiKey;
  readonly error: unknown;
}

async function chooseKeys(
  context: Context,
  texts: readonly string[],
  { olderThan }: RotateOptions,
): Promise<readonly ApiKey[]> {
  if (olderThan === undefined) return findKeys(context, texts);
  const client = await context.client();
  await reportScope(context);
  const active = await Array.fromAsync(client.keys.list({ status: "active" }, { signal: context.signal }));
  return filterKeys(active, { olderThan }, context.now());
}

async function confirm(
  context: Context,
  keys: readonly ApiKey[],
  { grace: graceSeconds = 0, staged }: RotateOptions,
): Promise<void> {
  if (context.globals.isYes || keys.length === 0) return;
  const { bold } = context.io.statusColors;
  const lines: string[] = [];
  for (const key of keys) {
    const now = context.now();
    const lastUse = formatLastUse(key, now);
    lines.push(`${bold(sanitizeText(key.name))}  ${sanitizeText(key.clientId)}  ${sanitizeText(lastUse)}`);
    if (staged === true) continue;
    const ended = findEndedSecrets(await findOtherSecrets(context, key), null, graceSeconds, now);
    lines.push(...describeEndedSecrets(omitCurrent(ended), now).map((line) => `  also ends: ${line}`));
  }
  context.io.writeError(lines.join("\n"));
  await confirmOrStop(context, keys.length === 1 ? "Rotate this key now?" : `Rotate these ${keys.length} keys now?`);
}

async function rotateOne(context: Context, key: ApiKey, plan: RotationPlan, failures: Failure[]): Promise<KeyOutcome> {
  const { io } = context;
  const isTable = (await context.output()) === "table";
  if (isTable) io.writeStatus(`${io.statusColors.bold(sanitizeText(key.name))}  ${sanitizeText(key.clientId)}`);
  try {
    await preflightRotation(context, key, plan);
    return { ...(await deliverRotation(context, key, plan)), error: null };
  } catch (error) {
    failures.push({ key, error });
    const { type, message } = await explainError(error, { isDebug: false });
    if (isTable) io.writeStatus(`${io.statusColors.red("✗")} ${sanitizeText(message)}`);
    return { ...describeSkipped(key), state: "failed", error: { type, message } };
  }
}

function describeSkipped({ id, name, clientId }: ApiKey): KeyOutcome {
  const nothing = { rotationId: null, verified: null, finishedOn: null, graceSeconds: null, error: null };
  const none = { sinks: [], endedRotations: [], endedSecrets: [] };
  return { key: { id, name, clientId }, state: "skipped", ...nothing, ...none };
}

/**
 * Returns one error for all failures: the first failure, the others as details, and the command that rotates the
 * remaining keys.
 */
function summarize(
  context: Context,
  outcomes: readonly KeyOutcome[],
  failures: readonly Failure[],
  texts: readonly string[],
  options: RotateOptions,
): unknown {
  const [first, ...more] = failures;
  const left = outcomes.filter(({ state }) => state === "failed" || state === "skipped");
  const others = more.flatMap(({ key, error }) => {
    const details = error instanceof ErrorWithHint ? error.details : [];
    return [`"${key.name}": ${error instanceof Error ? error.message : String(error)}`, ...details];
  });
  const count = `"${first?.key.name}" failed first. Rotated ${outcomes.length - left.length} of ${outcomes.length} keys.`;
  // Rotated keys no longer match --older-than, so the same command finds the others.
  const keys = left.map(({ key }) => key);
  const resume = texts.length === 0 ? quoteCommand(context.host) : resumeWith(keys, options);
  return new ErrorWithHint(first?.error, `To resume, run: ${resume}`, [count, ...others]);
}

/**
 * Throws USAGE if several keys would be written to the same destination. Commands are exempt, because they get the key
 * in their environment.
 */
function requireDistinctDestinations(specs: readonly string[], keys: readonly ApiKey[]): void {
  for (const spec of specs) {
    if (spec.startsWith("exec:")) continue;
    const places = keys.map(({ id, name, clientId }) => fillPlaceholders(spec, { id, name, clientId }, () => null));
    const index = places.findIndex((place, at) => places.indexOf(place) !== at);
    if (index === -1) continue;
    const [first, second] = [keys[places.indexOf(places[index] ?? null)], keys[index]];
    throw new CliError(
      "USAGE",
      `${JSON.stringify(spec)} is the same destination for several keys: "${first?.name}" and "${second?.name}".`,
      { hint: "Add {clientId} or {id} to the destination." },
    );
  }
}

/** Returns the command line that rotates these keys with these options. */
function resumeWith(keys: readonly { readonly clientId: string }[], options: RotateOptions): string {
  const { to = [], verifyWith, sinkTimeout } = options;
  const has = (flag: string, isSet: boolean | undefined): readonly string[] => (isSet === true ? [flag] : []);
  const last = (flag: string, seconds: number | undefined): readonly string[] =>
    seconds === undefined ? [] : [flag, formatDuration(seconds)];
  const words = [
    ...keys.map(({ clientId }) => clientId),
    ...to.flatMap((spec) => ["--to", spec]),
    ...has("--staged", options.staged),
    ...last("--grace", options.grace),
    ...(verifyWith === undefined ? [] : ["--verify-with", verifyWith]),
    ...has("--no-verify", !options.verify),
    ...last("--wait-drained", options.waitDrained),
    ...last("--wait", options.wait),
    ...has("--take-over", options.takeOver),
    ...has("--overwrite", options.overwrite),
    ...has("--keep-going", options.keepGoing),
    ...(sinkTimeout === undefined ? [] : ["--sink-timeout", String(sinkTimeout / 1000)]),
    ...has("--yes", keys.length > 1),
  ];
  return `briksync keys rotate ${words.map(quoteArgument).join(" ")}`;
}

/**
 * Runs `briksync keys rotate <key> --to …`: delivers and verifies a new secret before the old one ends. Needs no
 * confirmation for the old secret.
 */
export async function rotateStaged(context: Context, text: string, options: RotateOptions): Promise<void> {
  // Report syntax errors before the first request.
  openSinks(context, options, { name: "x" });
  const key = await findKey(context, text);
  const planned = planRotation(context, key, options, quoteCommand(context.host));
  await preflightRotation(context, key, planned);
  const [[, plan] = [key, planned]] = await confirmPlans(context, [[key, planned]]);
  await printRotation(context, await deliverRotation(context, key, plan));
}
