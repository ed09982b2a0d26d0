import type { CliCommand } from "./command.ts";

/** Registers `briksync password change`. */
export function registerPasswordChange(parent: CliCommand): void {
  parent
    .command("change")
    .summary("Change your password")
    .description("Change your password. The server ends all your other sessions.")
    .option("--password-stdin", "Read two lines from standard input: the current password and the new one")
    .examples({
      "briksync password change": "Change your password and answer the prompts",
      [`printf '%s\\n' "$CURRENT" "$NEW" | briksync password change --password-stdin`]:
        "Change your password without a terminal",
    })
    .runs<[], { passwordStdin?: boolean }>(async (context, _args, options) => {
      const { askAndChangePassword, changePassword } = await import("../session/change-password.ts");
      const { passwordChangeLine, readTwoPasswords } = await import("../session/read-password.ts");
      // A terminal would show the typed passwords, so the CLI prompts for them instead.
      if (options.passwordStdin === true && !context.io.isInputTty) {
        const passwords = await readTwoPasswords(context);
        await changePassword(context, await context.client(), passwords);
      } else {
        const prompts = await context.prompts(passwordChangeLine);
        const client = await context.client();
        await askAndChangePassword(context, client, prompts, await prompts.password("Current password:"));
      }
      context.io.writeDone(`Password changed. The server ended your other sessions.`);
    });
}
