import { type BrikSync, isApiError } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError, ErrorWithHint } from "../errors/cli-error.ts";
import type { Prompts } from "../terminal/prompts.ts";
import { sanitizeText } from "../text/sanitize.ts";

const attemptsMax = 5;

/**
 * Prompts for a new password twice and changes it. Shows the server's reasons for a rejection and prompts again.
 * Returns the new password. Throws the server's error after {@link attemptsMax} attempts.
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
      await changePassword(context, client, { currentPassword, newPassword });
      return newPassword;
    } catch (error) {
      if (!isApiError(error, "VALIDATION_FAILED") || attempt === attemptsMax) throw error;
      const objections = error.details?.map((detail) => detail.message) ?? [error.message];
      for (const objection of objections) context.io.writeError(`  ${sanitizeText(objection)}`);
    }
  }
}

/**
 * Changes the password. If the current password is wrong, the hint says so. The general hint also names the email
 * address, but the user is already signed in.
 */
export async function changePassword(
  context: Context,
  client: BrikSync,
  passwords: { readonly currentPassword: string; readonly newPassword: string },
): Promise<void> {
  try {
    await client.auth.changePassword(passwords, { signal: context.signal });
  } catch (error) {
    if (!isApiError(error, "SIGN_IN_FAILED")) throw error;
    throw new ErrorWithHint(error, "Check the current password and try again. Your password was not changed.");
  }
}

async function askNewPassword(context: Context, prompts: Prompts): Promise<string> {
  // The server can have more requirements. It then returns the reasons.
  context.io.writeError("A password needs at least 15 characters, unless the server sets another minimum.");
  context.io.writeError("The server refuses common passwords. Spaces and all letters are allowed.");
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const first = await prompts.password("New password:");
    const second = await prompts.password("Confirm new password:");
    if (first === second) return first;
    context.io.writeError("  The passwords do not match.");
  }
  throw new CliError("DECLINED", "The password was not changed.");
}
