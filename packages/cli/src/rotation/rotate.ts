import type { Context } from "../context.ts";
import { chooseTask, type RotateOptions } from "./rotate-options.ts";

/** Runs `briksync keys rotate`. Loads only the code of the selected task. */
export async function rotate(context: Context, texts: readonly string[], options: RotateOptions): Promise<void> {
  const task = chooseTask(options, texts.length);
  const [text = ""] = texts;
  switch (task) {
    case "replace":
      return (await import("./rotate-key.ts")).rotateKey(context, text, options);
    case "stage":
      return (await import("./rotate-staged.ts")).stageSecret(context, text, options);
    case "deliver":
      if (texts.length === 1) return (await import("./rotate-to-sinks.ts")).rotateStaged(context, text, options);
      return (await import("./rotate-many.ts")).rotateMany(context, texts, options);
    case "finish":
      return (await import("./finish-rotation.ts")).finishRotation(context, text, options);
    case "abort":
      return (await import("./abort-rotation.ts")).abortRotation(context, text, options);
    case "status":
      return (await import("./rotation-status.ts")).printRotationStatus(context, text);
  }
}
