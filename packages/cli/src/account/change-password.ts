import { type BrikSync, isApiError } from "@briksync/sdk";
import { CliError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import { sanitizeText } from "../output/sanitize.ts";
import type { Prompts } from "../prompts.ts";

const attemptsMax = 5;

/**
 * Asks for a new password, twice, and changes it. What the server objects to is shown, and asked again.
 * Returns the new password. Throws the server's objection after {@link attemptsMax} rounds.
 */
export async function askAndChangePassword(
  context: Context,
  client: BrikSync,
  prompts: Prompts,
  currentPassword: string,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const newPassword = await askNewPassword(context, prompts);
    try {
      await client.auth.changePassword({ currentPassword, newPassword }, { signal: context.signal });
      return newPassword;
    } catch (error) {
      if (!isApiError(error, "VALIDATION_FAILED") || attempt === attemptsMax) throw error;
      const objections = error.details?.map((detail) => detail.message) ?? [error.message];
      for (const objection of objections) context.io.writeError(`  ${sanitizeText(objection)}`);
    }
  }
}

async function askNewPassword(context: Context, prompts: Prompts): Promise<string> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const first = await prompts.password("New password:");
    const second = await prompts.password("The same again:");
    if (first === second) return first;
    context.io.writeError("  These two differ.");
  }
  throw new CliError("DECLINED", "The password was not changed.");
}
