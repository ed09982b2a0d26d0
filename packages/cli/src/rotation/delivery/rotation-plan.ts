import type { ApiKey, LiveSecret, StagedSecret } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { requireActive } from "../../keys/find-key.ts";
import { describeEndedSecrets, findEndedSecrets } from "../../secrets/describe-secrets.ts";
import { preflightSinks } from "../../sinks/deliver-to-sinks.ts";
import { openSinks } from "../../sinks/open-sinks.ts";
import { confirmReplacement } from "../../sinks/overwriting.ts";
import { createExecSink } from "../../sinks/programs/exec-sink.ts";
import type { KnownKey, Sink } from "../../sinks/sink.ts";
import { canAsk, confirmOrStop } from "../../terminal/confirm.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { formatDuration } from "../../text/time.ts";
import { type RotateOptions, waitSecondsDefault } from "../rotate-options.ts";

/** A check that the user provides. */
type SecretCheck = ReturnType<typeof openCheck>;

/** The plan for rotating one key with destinations. */
export interface RotationPlan {
  readonly sinks: readonly Sink[];
  /** Keep the rotation pending after delivery and verification. */
  readonly isLeftPending: boolean;
  readonly graceSeconds: number;
  /** What verifies the new secret before the old one ends. Null for no verification. */
  readonly check: SecretCheck | "server" | null;
  /** How long the old secret must be unused before the finish, in seconds. */
  readonly quietSeconds: number | undefined;
  readonly waitMs: number;
  readonly takeOver: boolean;
  /** Destinations whose content may be replaced, even if it is not a client secret of the key. */
  readonly replaced: ReadonlySet<Sink> | "all";
  /** The user has already agreed that secrets in use may end. */
  readonly isAgreed: boolean;
  /** The command that resumes the rotation. */
  readonly resume: string;
}

/** Returns the plan for one key. Accesses nothing. Throws USAGE or KEY_REVOKED. */
export function planRotation(context: Context, key: ApiKey, options: RotateOptions, resume: string): RotationPlan {
  requireActive(key);
  const { id, name, clientId } = key;
  const { verifyWith, sinkTimeout, wait = waitSecondsDefault } = options;
  const named = { id, name, clientId };
  const check = verifyWith === undefined ? ("server" as const) : openCheck(context, verifyWith, named, sinkTimeout);
  return {
    sinks: openSinks(context, options, named),
    isLeftPending: options.staged === true,
    graceSeconds: options.grace ?? 0,
    check: options.verify ? check : null,
    quietSeconds: options.waitDrained,
    waitMs: wait * 1000,
    takeOver: options.takeOver === true,
    replaced: options.overwrite === true ? "all" : new Set(),
    isAgreed: context.globals.isYes,
    resume,
  };
}

/**
 * Asks for confirmation before anything except client secrets is replaced, once for all keys, and stores the decision
 * in the plans. Throws like `confirmReplacement`.
 */
export async function confirmPlans(
  context: Context,
  plans: readonly (readonly [ApiKey, RotationPlan])[],
): Promise<readonly (readonly [ApiKey, RotationPlan])[]> {
  const open = plans.filter(([, { replaced }]) => replaced !== "all");
  const replaced = await confirmReplacement(
    context,
    open.flatMap(([key, { sinks }]) => sinks.map((sink) => ({ sink, key }))),
  );
  return plans.map(([key, plan]) => [key, plan.replaced === "all" ? plan : { ...plan, replaced }] as const);
}

/** Checks that everything in a plan is available, before the rotation starts. Throws like `preflightSinks`. */
export async function preflightRotation(context: Context, key: ApiKey, { sinks, check }: RotationPlan): Promise<void> {
  await preflightSinks(context, sinks, key);
  if (check !== null && check !== "server") await check.preflight(context.signal);
}

/** Time limit for a check, unless `--sink-timeout` is set. */
const timeoutMsDefault = 60_000;

/** Returns the check of `--verify-with`. The command has the same form, placeholders and variables as `exec:`. */
function openCheck(context: Context, command: string, key: KnownKey, timeoutMs = timeoutMsDefault) {
  if (command.trim() === "") throw new CliError("USAGE", "--verify-with requires a command.");
  const spec = `exec:${command}`;
  const sink = createExecSink(context, { spec, scheme: "exec", place: command, names: null }, key, timeoutMs);
  return {
    /** Throws if the command cannot run. Changes nothing. */
    preflight: (signal: AbortSignal) => sink.preflight(signal),
    /** Throws VERIFICATION_FAILED unless the command reads the secret from standard input and exits with 0. */
    async run({ clientSecret }: StagedSecret, { signal }: { readonly signal: AbortSignal }): Promise<void> {
      try {
        await sink.deliver({ ...key, clientSecret }, signal);
      } catch (error) {
        if (!(error instanceof CliError) || error.type === "INTERRUPTED") throw error;
        const { message, details, hint } = error;
        throw new CliError("VERIFICATION_FAILED", `Your check did not accept the new secret. ${message}`, {
          details,
          hint,
          cause: error,
        });
      }
    },
  };
}

/**
 * Asks for confirmation at a terminal before a rotation ends another secret that is in use. This is a secret in its
 * grace period, or a pending secret that was used. Without a terminal, the rotation continues and reports the secret at
 * the end. Throws DECLINED.
 */
export async function confirmEndedSecrets(
  context: Context,
  key: ApiKey,
  { graceSeconds, isAgreed, isLeftPending }: RotationPlan,
): Promise<void> {
  const { io, signal } = context;
  if (isAgreed || isLeftPending || !canAsk(context)) return;
  // This is an additional warning, so errors do not stop the rotation.
  const { keys } = await context.client();
  const secrets = await keys.rotations.list(key.id, { signal }).catch(() => []);
  const now = context.now();
  const missed = findEndedSecrets(secrets, null, graceSeconds, now).filter((secret) =>
    isCountedOn(secret, secrets, key),
  );
  if (missed.length === 0) return;
  const { bold, yellow } = io.statusColors;
  const when = graceSeconds > 0 ? `${formatDuration(graceSeconds)} after this rotation` : "when this rotation";
  io.writeError(
    [
      `${bold(sanitizeText(key.name))}  ${sanitizeText(key.clientId)}`,
      yellow(`These secrets are in use and stop working ${when} finishes:`),
      ...describeEndedSecrets(missed, now).map((line) => `  ${line}`),
    ].join("\n"),
  );
  await confirmOrStop(context, `Rotate "${sanitizeText(key.name)}" anyway?`);
}

function isCountedOn(secret: LiveSecret, secrets: readonly LiveSecret[], { rotatedOn }: ApiKey): boolean {
  const { state, firstUsedOn, lastUsedAt } = secret;
  if (state === "pending") return firstUsedOn !== null || lastUsedAt !== null;
  if (state !== "retiring" || lastUsedAt === null) return false;
  return Date.parse(lastUsedAt) > findGraceStart(secret, secrets, rotatedOn);
}

// The server does not return when a grace period started. The grace period started no earlier than the creation of the
// next secret, which may also be retiring. Without a next secret, it started at the last rotation.
function findGraceStart({ createdOn }: LiveSecret, secrets: readonly LiveSecret[], rotatedOn?: string | null): number {
  const made = Date.parse(createdOn);
  const starts = secrets
    .filter(({ state }) => state === "retiring")
    .map((other) => Date.parse(other.createdOn))
    .filter((other) => other > made);
  if (rotatedOn) starts.push(Date.parse(rotatedOn));
  return starts.length === 0 ? 0 : Math.min(...starts);
}
