import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { requireActive } from "../../keys/require-active.ts";
import { openSinks } from "../../sinks/open-sinks.ts";
import { agreeToReplace } from "../../sinks/overwriting.ts";
import { preflightSinks } from "../../sinks/preflight-sinks.ts";
import type { Sink } from "../../sinks/sink.ts";
import { type RotateOptions, waitSecondsDefault } from "../rotate-options.ts";
import { openCheck, type SecretCheck } from "./verify-with.ts";

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
  /** Destinations whose content may be replaced, whatever it is. */
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
 * Asks for confirmation before anything except client secrets is replaced, once for all keys, and stores the answer in
 * the plans. Throws like `agreeToReplace`.
 */
export async function agreeToPlans(
  context: Context,
  plans: readonly (readonly [ApiKey, RotationPlan])[],
): Promise<readonly (readonly [ApiKey, RotationPlan])[]> {
  const open = plans.filter(([, { replaced }]) => replaced !== "all");
  const replaced = await agreeToReplace(
    context,
    open.flatMap(([key, { sinks }]) => sinks.map((sink) => ({ sink, key }))),
  );
  return plans.map(([key, plan]) => [key, plan.replaced === "all" ? plan : { ...plan, replaced }] as const);
}

/** Checks that everything in a plan is available, before the rotation starts. Throws like `preflightSinks`. */
export async function preflightRotation(context: Context, { sinks, check }: RotationPlan): Promise<void> {
  await preflightSinks(context, sinks);
  if (check !== null && check !== "server") await check.preflight(context.signal);
}
