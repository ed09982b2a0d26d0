import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { sanitizeText } from "../text/sanitize.ts";
import type { Prompts } from "./prompts.ts";

/**
 * Asks for confirmation, unless `--yes` is set. Names the company, the server and the profile first. Throws DECLINED if
 * the user says no, and CONFIRMATION_REQUIRED if it cannot prompt. `consequence` is the whole question.
 */
export async function confirmOrStop(context: Context, consequence: string): Promise<void> {
  const prompts = await openConsent(context, consequence);
  if (prompts !== null && !(await prompts.confirm(consequence))) throw new CliError("DECLINED", "Nothing was changed.");
}

/**
 * Asks the user to confirm by typing one of `accepted`, such as a name, unless `--yes` is set. Names the company, the
 * server and the profile first. Throws DECLINED for any other text. The message contains `wanted`. Throws
 * CONFIRMATION_REQUIRED if it cannot prompt.
 */
export async function confirmByTypingOrStop(
  context: Context,
  consequence: string,
  accepted: readonly string[],
  wanted: string,
): Promise<void> {
  const prompts = await openConsent(context, consequence);
  if (prompts === null) return;
  const typed = (await prompts.input(consequence)).normalize("NFC").trim();
  if (accepted.some((text) => text.normalize("NFC").trim() === typed)) return;
  throw new CliError("DECLINED", `"${typed}" does not match ${wanted}. Nothing was changed.`);
}

// Returns null if `--yes` is set. The user may work with several companies and servers, and most actions that need a
// confirmation cannot be undone. So this names the company, server and profile first.
async function openConsent(context: Context, consequence: string): Promise<Prompts | null> {
  checkConsentPossible(context, consequence);
  if (context.globals.isYes) return null;
  const prompts = await context.prompts();
  const { io, signal } = context;
  const { server, profile } = await context.settings();
  const client = await context.client();
  // Some servers do not return the company, and some tokens cannot read it.
  const company = await client.auth.getSession({ signal }).then(
    ({ activeCompany }) => activeCompany.name,
    () => null,
  );
  const { bold } = io.statusColors;
  const lines = [
    ...(company === null ? [] : [`Company  ${bold(sanitizeText(company))}`]),
    `Server   ${sanitizeText(server.value)}`,
    `Profile  ${profile.value}`,
  ];
  io.writeError(lines.join("\n"));
  return prompts;
}

/** Returns whether the CLI can prompt: stdin and stderr are terminals, and --no-input is not set. */
export function canAsk({ globals, io }: Pick<Context, "globals" | "io">): boolean {
  return io.isInputTty && io.isStatusTty && globals.hasInput;
}

/** Throws CONFIRMATION_REQUIRED if `--yes` is not set and the CLI cannot prompt. Call it before any other work. */
export function checkConsentPossible(context: Context, consequence: string): void {
  if (context.globals.isYes || canAsk(context)) return;
  throw new CliError("CONFIRMATION_REQUIRED", `Confirmation required: ${consequence}`, {
    hint: "To confirm, run the same command with --yes.",
  });
}
