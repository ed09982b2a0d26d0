import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { quoteCommand } from "../text/quote-argument.ts";

/**
 * Reads one password from stdin, without the newlines at its end. Prompts at a terminal, so that the typed text is not
 * shown. Throws USAGE if the input is empty or has more than one line.
 */
export async function readPassword(context: Context): Promise<string> {
  if (context.io.isInputTty) return (await context.prompts(terminalAdvice)).password("Password:");
  const [password = "", ...more] = await readLines(context);
  if (password === "")
    throw new CliError("USAGE", "Standard input does not contain a password.", {
      hint: `Run: printf '%s' "$PASSWORD" | ${quoteCommand(context.host)}`,
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
      { hint: `Run: ${passwordChangeLine}` },
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
