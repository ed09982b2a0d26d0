import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { requireActive } from "../../keys/require-active.ts";
import { openSinks } from "../../sinks/open-sinks.ts";
import { agreeToReplace } from "../../sinks/overwriting.ts";
import { preflightSinks } from "../../sinks/preflight-sinks.ts";
import type { Sink } from "../../sinks/sink.ts";
import { type RotateOptions, waitSecondsDefault } from "../rotate-options.ts";
import { openCheck, type SecretCheck } from "./verify-with.ts";

/** How one key is rotated through its sinks. */
export interface RotationPlan {
  readonly sinks: readonly Sink[];
  /** Stop when the new secret is delivered and verified; somebody finishes later. */
  readonly isLeftPending: boolean;
  readonly graceSeconds: number;
  /** Who is asked whether the new secret works before the old one ends; null for nobody. */
  readonly check: SecretCheck | "server" | null;
  /** Finish only once the old secret was not used for so long. */
  readonly quietSeconds: number | undefined;
  readonly waitMs: number;
  readonly takeOver: boolean;
  /** Destinations whose present content may be replaced, whatever it is. */
  readonly replaced: ReadonlySet<Sink> | "all";
  /** Nobody is asked any more whether secrets in use may end. */
  readonly isAgreed: boolean;
  /** The command line to go on with, where it is cut off. */
  readonly resume: string;
}

/** What is to be done with one key, as the command line says. Touches nothing. Throws USAGE, KEY_REVOKED. */
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
 * Asks before anything but client secrets is replaced, once for all keys, and notes the answer in their plans. Throws as
 * `agreeToReplace` does.
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

/** Looks whether everything a plan needs is there, before anything is begun. Throws as `preflightSinks` does. */
export async function preflightRotation(context: Context, { sinks, check }: RotationPlan): Promise<void> {
  await preflightSinks(context, sinks);
  if (check !== null && check !== "server") await check.preflight(context.signal);
}
