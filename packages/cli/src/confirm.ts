import { CliError } from "./cli-error.ts";
import type { Context } from "./context.ts";

/**
 * Goes on only with consent: `--yes`, or a yes at the terminal. Without a terminal it throws CONFIRMATION_REQUIRED before
 * anything was done; a no throws DECLINED. `consequence` is the whole question, such as `Revoke "CRM"? This cannot be undone.`
 */
export async function confirmOrStop(context: Context, consequence: string): Promise<void> {
  if (context.globals.isYes) return;
  if (!context.io.isInputTty || !context.io.isTalkTty || !context.globals.hasInput) {
    throw new CliError("CONFIRMATION_REQUIRED", `Not done, since nobody can be asked: ${consequence}`, {
      hint: "Repeat it with --yes to confirm.",
    });
  }
  const prompts = await context.prompts();
  if (!(await prompts.confirm(consequence))) throw new CliError("DECLINED", "Nothing was changed.");
}
