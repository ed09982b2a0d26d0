import type { CliCommand } from "./command.ts";

/** Registers `briksync version`, and the hidden `briksync __check-update`, which runs in the background once a day. */
export function registerVersion(parent: CliCommand): void {
  parent
    .command("version")
    .summary("Show the version, and look for a newer one")
    .description(
      "Print the version of the CLI. With --check, look for the latest version.\n\n" +
        "At a terminal, the CLI also mentions a newer version once a day. It sends nothing about you. " +
        "To turn this off, set BRIKSYNC_NO_UPDATE_NOTIFIER=1. " +
        "BRIKSYNC_UPDATE_URL names another address of the release information.",
    )
    .option("--check", "Look for the latest version")
    .examples({
      "briksync version": "Show the version",
      "briksync version --check": "Look for a newer version",
    })
    .runs<[], { readonly check?: boolean }>(
      async (context, _args, { check = false }) =>
        (await import("../update/show-version.ts")).showVersion(context, { check }),
      { mentionsUpdate: false },
    );

  parent
    .command("__check-update", { hidden: true })
    .runs(async (context) => (await import("../update/show-version.ts")).rememberLatestVersion(context), {
      mentionsUpdate: false,
    });
}
