import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";

/**
 * Reads one password from stdin: everything there is, without the line ends behind it. At a terminal it is asked for, so that nothing typed is
 * shown. Throws USAGE for nothing, or more than one line.
 */
export async function readPassword(context: Context): Promise<string> {
  if (context.io.isInputTty) return (await context.prompts(terminalAdvice)).password("Password:");
  const [password = "", ...more] = await readLines(context);
  if (password === "")
    throw new CliError("USAGE", "There was no password on standard input.", {
      hint: "printf '%s' \"$PASSWORD\" | briksync login --email E --password-stdin",
    });
  if (more.length > 0)
    throw new CliError("USAGE", "There was more than one line on standard input; a password is one line.");
  return password;
}

const terminalAdvice =
  "Standard input is a terminal, which would show the password. Give it by a pipe or a file: --password-stdin < FILE";

/** Reads two passwords from stdin, one per line: the current one and the new one. */
export async function readTwoPasswords(context: Context): Promise<{ currentPassword: string; newPassword: string }> {
  const [currentPassword = "", newPassword = "", ...more] = await readLines(context);
  if (currentPassword === "" || newPassword === "" || more.length > 0) {
    throw new CliError("USAGE", "Standard input must hold exactly two lines: the current password and the new one.", {
      hint: passwordChangeLine,
    });
  }
  return { currentPassword, newPassword };
}

/** The command line that changes a password without a terminal. */
export const passwordChangeLine = `printf '%s\\n' "$CURRENT" "$NEW" | briksync password change --password-stdin`;

async function readLines(context: Context): Promise<string[]> {
  const text = await context.io.readInput(16 * 1024);
  return text.replace(/[\r\n]+$/, "").split(/\r?\n/);
}
