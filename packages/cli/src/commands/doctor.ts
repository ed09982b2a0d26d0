import type { Command } from "commander";
import { addExamples } from "./examples.ts";
import type { RunAction } from "./run-action.ts";

/** `briksync doctor` */
export function registerDoctor(parent: Command, run: RunAction): void {
  const command = parent
    .command("doctor")
    .summary("find out why something does not work")
    .description(
      "Look at every layer: Node, profile file, environment, name, connection, certificate, clock, server, keychain, session.\n\n" +
        "The exit code is that of the first failure, 0 if there is none. Nothing is changed; secrets are never shown.",
    )
    .action(
      run(async (context) => (await import("../doctor/examine.ts")).examine(context), { reportsRefusedSession: true }),
    );
  addExamples(command, [
    ["briksync doctor", "for people"],
    ["briksync doctor --server https://api.example.com", "before signing in there"],
    ["briksync doctor -o json", "to attach to a report"],
  ]);
}
