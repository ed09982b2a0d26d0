import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";

/**
 * Goes on only with consent: `--yes`, or a yes at the terminal. Without a terminal it throws CONFIRMATION_REQUIRED before
 * anything was done; a no throws DECLINED. `consequence` is the whole question, such as `Revoke "CRM"? This cannot be undone.`
 */
export async function confirmOrStop(context: Context, consequence: string): Promise<void> {
  checkConsentPossible(context, consequence);
  if (context.globals.isYes) return;
  const prompts = await context.prompts();
  if (!(await prompts.confirm(consequence))) throw new CliError("DECLINED", "Nothing was changed.");
}

/**
 * The severe form: a person types one of `accepted` (a name, say) to go on. `--yes` and a missing terminal count as in
 * {@link confirmOrStop}; any other text throws DECLINED, with what was `wanted` in words: `the name is "CRM"`.
 */
export async function confirmByTypingOrStop(
  context: Context,
  consequence: string,
  accepted: readonly string[],
  wanted: string,
): Promise<void> {
  checkConsentPossible(context, consequence);
  if (context.globals.isYes) return;
  const prompts = await context.prompts();
  const typed = (await prompts.input(consequence)).normalize("NFC").trim();
  if (accepted.some((text) => text.normalize("NFC").trim() === typed)) return;
  throw new CliError("DECLINED", `"${typed}" does not match ${wanted}. Nothing was changed.`);
}

/** Whether somebody sits at a terminal and may be asked. */
export function canAsk({ globals, io }: Context): boolean {
  return io.isInputTty && io.isStatusTty && globals.hasInput;
}

/** Throws CONFIRMATION_REQUIRED where consent is neither given by `--yes` nor can be asked for. Call it before any other work. */
export function checkConsentPossible(context: Context, consequence: string): void {
  if (context.globals.isYes || canAsk(context)) return;
  throw new CliError("CONFIRMATION_REQUIRED", `Confirmation required: ${consequence}`, {
    hint: "To confirm, run the same command with --yes.",
  });
}
