import type { CliCommand } from "./command.ts";

/** Registers `briksync doctor`. */
export function registerDoctor(parent: CliCommand): void {
  parent
    .command("doctor")
    .summary("Diagnose configuration, network and sign-in problems")
    .description(
      "Check everything the CLI depends on: the Node version, the configuration file, environment variables, DNS, the connection, the " +
        "certificate, the clock, the server, the keychain and the session.\n\n" +
        "The command changes no settings and shows no secrets. It exits with the code of the first failed check, or 0.",
    )
    .examples({
      "briksync doctor": "Check the current configuration",
      "briksync doctor --server https://api.example.com": "Check another server before you sign in",
      "briksync doctor -o json": "Print a report to attach to a bug report",
    })
    .runs(async (context) => (await import("../doctor/run-checks.ts")).runChecks(context), {
      reportsRefusedSession: true,
    });
}
