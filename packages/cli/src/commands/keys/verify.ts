import type { CliCommand } from "../command.ts";

/** Registers `briksync keys verify`. */
export function registerKeysVerify(parent: CliCommand): void {
  parent
    .command("verify")
    .summary("Check whether the server accepts a secret")
    .description(
      "Check whether the server accepts a secret from this machine, and show its key and company. You do not need to be signed in.\n\n" +
        "The CLI reads the secret from standard input: the secret alone, the client ID and the secret on two lines, or the output of " +
        "`briksync keys create -o json`. If standard input is empty, it uses BRIKSYNC_CLIENT_SECRET and BRIKSYNC_CLIENT_ID. On a terminal, " +
        "it prompts for the secret unless BRIKSYNC_CLIENT_SECRET is set.",
    )
    .examples({
      "briksync keys verify": "Verify a secret that you paste",
      "briksync keys verify < secret.txt": "Verify a secret from a file",
      "printf '%s\\n' \"$SECRET\" | briksync keys verify -o json": "Verify a secret in a script",
      "briksync keys verify < /dev/null": "Verify the secret in BRIKSYNC_CLIENT_SECRET",
    })
    // A rejected secret says nothing about the stored session, which must not be read.
    .runs(async (context) => (await import("../../secrets/verify-credential.ts")).verifyCredential(context), {
      reportsRefusedSession: true,
    });
}
