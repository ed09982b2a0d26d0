import type { Context } from "../context.ts";
import { findKey } from "../keys/find-key.ts";
import { openSinks } from "../sinks/open-sinks.ts";
import { quoteCommand } from "../text/sanitize.ts";
import { deliverRotation } from "./delivery/deliver-rotation.ts";
import { printRotation } from "./delivery/finished-rotation.ts";
import { agreeToPlans, planRotation, preflightRotation } from "./delivery/rotation-plan.ts";
import type { RotateOptions } from "./rotate-options.ts";

/**
 * Runs `briksync keys rotate <key> --to …`: delivers and verifies a new secret before the old one ends. Needs no
 * confirmation for the old secret.
 */
export async function rotateStaged(context: Context, text: string, options: RotateOptions): Promise<void> {
  // Report syntax errors before the first request.
  openSinks(context, options, { name: "x" });
  const key = await findKey(context, text);
  const planned = planRotation(context, key, options, quoteCommand(context.host));
  await preflightRotation(context, planned);
  const [[, plan] = [key, planned]] = await agreeToPlans(context, [[key, planned]]);
  await printRotation(context, await deliverRotation(context, key, plan));
}
