import type { CliCommand } from "./command.ts";

/** Registers `briksync logout`. */
export function registerLogout(parent: CliCommand): void {
  parent
    .command("logout")
    .summary("Sign out and delete the stored session")
    .description(
      "End the session on the server and delete it from this machine. If the server cannot be reached, the CLI still deletes the local " +
        "session and exits with code 8.",
    )
    .option("--all", "Sign out of all profiles and servers")
    .examples({
      "briksync logout": "Sign out of the current profile",
      "briksync logout --all": "Sign out of all profiles and servers",
    })
    .runs<[], { all?: boolean }>(
      async (context, _args, options) =>
        (await import("../session/sign-out.ts")).signOut(context, options.all === true),
      { reportsRefusedSession: true },
    );
}
