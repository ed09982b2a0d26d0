import type { Command } from "commander";
import { addExamples } from "./examples.ts";
import type { RunAction } from "./run-action.ts";

/** `briksync whoami` */
export function registerWhoami(parent: Command, run: RunAction): void {
  const command = parent
    .command("whoami")
    .summary("show who you are, and by which token")
    .description(
      "Show who you are, in which company and on which plan, where your token comes from, where it is kept and until when, " +
        "and the address the server sees you at.\n\n" +
        "Exit codes are the same in every format: 0 accepted, 4 not signed in or refused, 8 server not reached, 9 keychain unusable.",
    )
    .action(
      run(async (context) => (await import("../session/who-am-i.ts")).showWhoIAm(context), {
        reportsRefusedSession: true,
      }),
    );
  addExamples(command, [
    ["briksync whoami", "for people"],
    ["briksync whoami -o json", "for scripts; look at .token.source"],
  ]);
}
