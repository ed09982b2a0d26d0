import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import type { RunAction } from "../run-action.ts";

/** `briksync keys inspect` */
export function registerKeysInspect(parent: Command, run: RunAction): void {
  const command = parent
    .command("inspect")
    .summary("check a secret's form and checksum, offline")
    .description(
      "Check the form and checksum of a client secret, offline: finds typing mistakes and foreign strings, and says nothing about whether a " +
        "server accepts it. The secret comes as for briksync keys verify and is never repeated but for its first 8 characters.\n\n" +
        "Exit codes: 0 well formed, 6 not.",
    )
    .action(run(async (context) => (await import("../../secrets/inspect-secret.ts")).inspect(context)));
  addExamples(command, [
    ["briksync keys inspect", "asks for the secret"],
    ["briksync keys inspect < secret.txt && deploy", "before using it"],
  ]);
}
