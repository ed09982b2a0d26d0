import type { Command } from "commander";
import { addExamples } from "./examples.ts";
import type { RunAction } from "./run-action.ts";

/** `briksync logout` */
export function registerLogout(parent: Command, run: RunAction): void {
  const command = parent
    .command("logout")
    .summary("Sign out and delete the stored session")
    .description(
      "End the session on the server and delete it from this machine. If the server cannot be reached, the CLI still deletes the local " +
        "session and exits with code 8.",
    )
    .option("--all", "Sign out of all profiles and servers")
    .action(
      run<[], { all?: boolean }>(
        async (context, _args, options) =>
          (await import("../session/sign-out.ts")).signOut(context, options.all === true),
        { reportsRefusedSession: true },
      ),
    );
  addExamples(command, [
    ["briksync logout", "Sign out of the current profile"],
    ["briksync logout --all", "Sign out of all profiles and servers"],
  ]);
}
