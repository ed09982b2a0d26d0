import type { Command } from "commander";
import { addExamples } from "./examples.ts";
import type { RunAction } from "./run-action.ts";

/** `briksync logout` */
export function registerLogout(parent: Command, run: RunAction): void {
  const command = parent
    .command("logout")
    .summary("end the session, at the server and here")
    .description(
      "End the session at the server and forget it here.\n\nWhat is kept here goes even if the server cannot be reached; then the exit code says so.",
    )
    .option("--all", "every profile and server")
    .action(
      run<[], { all?: boolean }>(
        async (context, _args, options) =>
          (await import("../session/sign-out.ts")).signOut(context, options.all === true),
        { reportsRefusedSession: true },
      ),
    );
  addExamples(command, [
    ["briksync logout", "this profile"],
    ["briksync logout --all", "all of them"],
  ]);
}
