import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { findScope, reportScope } from "../keys/notices.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { chooseTask, type RotateOptions } from "./rotate-options.ts";

/** Runs `briksync keys rotate`. In a job, a key that was not found may be a key that the trust does not name. */
export async function rotate(context: Context, texts: readonly string[], options: RotateOptions): Promise<void> {
  try {
    await runTask(context, texts, options);
  } catch (error) {
    if (error instanceof CliError && error.type === "NOT_FOUND") await reportScope(context);
    throw error;
  }
}

/** Loads only the code of the selected task. */
async function runTask(context: Context, texts: readonly string[], options: RotateOptions): Promise<void> {
  const task = chooseTask(options, texts.length);
  const [text = ""] = texts;
  switch (task) {
    case "replace":
      await refuseInJob(context, text);
      return (await import("./rotate-key.ts")).rotateKey(context, text, options);
    case "stage":
      return (await import("./rotate-staged.ts")).stageSecret(context, text, options);
    case "deliver":
      if (texts.length === 1) return (await import("./rotate-to-sinks.ts")).rotateStaged(context, text, options);
      return (await import("./rotate-to-sinks.ts")).rotateMany(context, texts, options);
    case "finish":
      return (await import("./finish-rotation.ts")).finishRotation(context, text, options);
    case "abort":
      return (await import("./abort-rotation.ts")).abortRotation(context, text, options);
    case "status":
      return (await import("./live-secrets.ts")).printRotationStatus(context, text);
  }
}

/**
 * Throws SCOPE_DENIED if the run signs in with a trust or an automation token, because the server refuses their
 * immediate rotations. Otherwise the CLI would first ask the job to add `--yes`.
 */
async function refuseInJob(context: Context, text: string): Promise<void> {
  if ((await findScope(context)) === null) return;
  throw new CliError("SCOPE_DENIED", "A trust or an automation token cannot rotate a key immediately.", {
    hint: `Deliver the new secret: briksync keys rotate ${quoteArgument(text)} --to DESTINATION\nTo see all destinations, run: briksync help rotation`,
  });
}
