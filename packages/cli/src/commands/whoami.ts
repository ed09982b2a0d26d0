import type { CliCommand } from "./command.ts";

/** Registers `briksync whoami`. */
export function registerWhoami(parent: CliCommand): void {
  parent
    .command("whoami")
    .summary("Show the signed-in user, company, plan and token")
    .description(
      "Show the signed-in user, the company and its plan, the source and expiry of the token, and your IP address as the server sees it.",
    )
    .examples({
      "briksync whoami": "Show who is signed in",
      "briksync whoami -o json": "Print the same as JSON",
    })
    .runs(async (context) => (await import("../session/who-am-i.ts")).showWhoIAm(context), {
      reportsRefusedSession: true,
    });
}
