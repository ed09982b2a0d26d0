import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import type { RunAction } from "../run-action.ts";

/** `briksync keys verify` */
export function registerKeysVerify(parent: Command, run: RunAction): void {
  const command = parent
    .command("verify")
    .summary("ask the server whether it accepts a credential")
    .description(
      "Ask the server whether it accepts a credential from here, and whose it is. The credential comes on standard input: one line with the " +
        "secret, two lines with client id and secret, or the JSON of briksync keys create -o json. With nothing there it is taken from " +
        "BRIKSYNC_CLIENT_SECRET, and BRIKSYNC_CLIENT_ID if set; on a terminal you are asked. You need not be signed in.\n\n" +
        "Exit codes: 0 accepted, 4 refused (wrong, rotated, revoked, or not from this address), 5 the plan does not include it, 7 rate limited, " +
        "8 server not reached.",
    )
    // A refused credential here says nothing about the session, which must not even be looked at.
    .action(
      run(async (context) => (await import("../../secrets/verify-credential.ts")).verifyCredential(context), {
        reportsRefusedSession: true,
      }),
    );
  addExamples(command, [
    ["briksync keys verify", "asks for the secret"],
    ["briksync keys verify < secret.txt", "from a file"],
    ["printf '%s\\n' \"$SECRET\" | briksync keys verify -o json", "in a script"],
    ["briksync keys verify < /dev/null", "from BRIKSYNC_CLIENT_SECRET"],
  ]);
}
