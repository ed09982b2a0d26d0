import type { CliCommand } from "./command.ts";

/** Registers `briksync token`. */
export function registerToken(parent: CliCommand): void {
  parent
    .command("token")
    .summary("Print an access token for a script")
    .description(
      "Print an access token of your session, for scripts that call the API themselves. It is valid for a few minutes. With -o json, the " +
        "CLI also prints when it expires.\n\n" +
        "Everybody who has the token can act as you. At a terminal, the CLI asks before it shows the token, unless you pass --yes.",
    )
    .examples({
      'curl -H @- https://keys.example.com/external/v1/auth/keys \\\n    <<< "Authorization: Bearer $(briksync token)"':
        "Call the API",
      "BRIKSYNC_TOKEN=$(briksync token) ./script.sh": "Pass the session to a script",
    })
    .runs(async (context) => (await import("../session/print-token.ts")).printToken(context));
}
