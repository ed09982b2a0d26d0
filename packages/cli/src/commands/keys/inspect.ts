import type { CliCommand } from "../command.ts";

/** Registers `briksync keys inspect`. */
export function registerKeysInspect(parent: CliCommand): void {
  parent
    .command("inspect")
    .summary("Check the format of a secret offline")
    .description(
      "Check the format and checksum of a client secret offline. This finds typing mistakes. It does not tell you whether the server " +
        "accepts the secret; use `briksync keys verify` for that.\n\n" +
        "The CLI reads the secret in the same way as `keys verify`. It prints only the first 8 characters. It exits with code 6 if the " +
        "format is not valid.",
    )
    .examples({
      "briksync keys inspect": "Check a secret that you paste",
      "briksync keys inspect < secret.txt && deploy": "Check a secret before you use it",
    })
    .runs(async (context) => (await import("../../secrets/verify-credential.ts")).inspect(context));
}
