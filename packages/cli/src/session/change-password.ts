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

/**
 * Reads one password from stdin, without the newlines at its end. Prompts at a terminal, so that the typed text is not
 * shown. Throws USAGE if the input is empty or has more than one line.
 */
export async function readPassword(context: Context): Promise<string> {
  if (context.io.isInputTty) return (await context.prompts(terminalAdvice)).password("Password:");
  const [password = "", ...more] = await readLines(context);
  if (password === "")
    throw new CliError("USAGE", "Standard input does not contain a password.", {
      hint: "Run: printf '%s' \"$PASSWORD\" | briksync login --email EMAIL --password-stdin",
    });
  if (more.length > 0)
    throw new CliError("USAGE", "Standard input has more than one line, but a password cannot contain a newline.");
  return password;
}

const terminalAdvice =
  "Standard input is a terminal, which would show the password. Use a pipe or a file: --password-stdin < FILE";

/** Reads two passwords from stdin, one per line: the current one and the new one. */
export async function readTwoPasswords(context: Context): Promise<{ currentPassword: string; newPassword: string }> {
  const [currentPassword = "", newPassword = "", ...more] = await readLines(context);
  if (currentPassword === "" || newPassword === "" || more.length > 0) {
    throw new CliError(
      "USAGE",
      "Standard input must contain exactly two lines: the current password and the new one.",
      { hint: passwordChangeLine },
    );
  }
  return { currentPassword, newPassword };
}

/** The command that changes a password without a terminal. */
export const passwordChangeLine = `printf '%s\\n' "$CURRENT" "$NEW" | briksync password change --password-stdin`;

async function readLines(context: Context): Promise<string[]> {
  const text = await context.io.readInput(16 * 1024);
  return text.replace(/[\r\n]+$/, "").split(/\r?\n/);
}
