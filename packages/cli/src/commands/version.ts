import type { Command } from "commander";
import { addExamples } from "./examples.ts";
import type { RunAction } from "./run-action.ts";

/** `briksync version`, and the hidden `briksync __check-update`, which runs in the background once a day. */
export function registerVersion(parent: Command, run: RunAction): void {
  const command = parent
    .command("version")
    .summary("Show the version, and look for a newer one")
    .description(
      "Print the version of the CLI. With --check, look for the latest version.\n\n" +
        "At a terminal, the CLI also mentions a newer version once a day. It sends nothing about you. " +
        "To turn this off, set BRIKSYNC_NO_UPDATE_NOTIFIER=1. " +
        "BRIKSYNC_UPDATE_URL names another address of the release information.",
    )
    .option("--check", "Look for the latest version")
    .action(
      run<[], { readonly check?: boolean }>(
        async (context, _args, { check = false }) =>
          (await import("../update/show-version.ts")).showVersion(context, { check }),
        { mentionsUpdate: false },
      ),
    );
  addExamples(command, [
    ["briksync version", "Show the version"],
    ["briksync version --check", "Look for a newer version"],
  ]);

  parent.command("__check-update", { hidden: true }).action(
    run(async (context) => (await import("../update/show-version.ts")).rememberLatestVersion(context), {
      mentionsUpdate: false,
    }),
  );
}
