import type { Command } from "commander";
import { addExamples } from "./examples.ts";
import type { RunAction } from "./run-action.ts";

/** `briksync whoami` */
export function registerWhoami(parent: Command, run: RunAction): void {
  const command = parent
    .command("whoami")
    .summary("Show the signed-in user, company, plan and token")
    .description(
      "Show the signed-in user, the company and its plan, the source and expiry of the token, and your IP address as the server sees it.",
    )
    .action(
      run(async (context) => (await import("../session/who-am-i.ts")).showWhoIAm(context), {
        reportsRefusedSession: true,
      }),
    );
  addExamples(command, [
    ["briksync whoami", "Show who is signed in"],
    ["briksync whoami -o json", "Print the same as JSON"],
  ]);
}
