import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import { pickArgument } from "../pick-argument.ts";
import type { RunAction } from "../run-action.ts";

const load = () => import("../../session/manage-profiles.ts");

/** `briksync profiles list`, `show`, `use` and `remove` */
export function registerProfiles(parent: Command, run: RunAction): void {
  const list = parent
    .command("list")
    .alias("ls")
    .summary("List your profiles")
    .description(
      "List your profiles with their servers, users and companies. A star marks the profile of this run. Asks no server.",
    )
    .action(run(async (context) => (await load()).listProfiles(context), { mayCreateProfile: true }));
  addExamples(list, [
    ["briksync profiles list", "List your profiles"],
    ["briksync profiles list -o ids", "Print one name per line"],
  ]);

  const show = parent
    .command("show")
    .summary("Show a profile and its sessions")
    .description("Show a profile and its stored sessions. Without a name, shows the profile of this run.")
    .argument("[profile]", "Name of the profile")
    .action(
      run<[profile: string | undefined]>(async (context, [profile]) => (await load()).showProfile(context, profile), {
        mayCreateProfile: true,
      }),
    );
  addExamples(show, [
    ["briksync profiles show", "Show the profile that you use"],
    ["briksync profiles show work -o json", "Print a profile as JSON"],
  ]);

  const use: Command = parent
    .command("use")
    .summary("Use a profile by default")
    .description("Use a profile in all runs without --profile and BRIKSYNC_PROFILE.")
    .argument("[profile]", "Name of the profile. At a terminal, you can choose one")
    .action(
      run<[profile?: string]>(
        async (context, [given]) => {
          const { useProfile } = await load();
          return pickArgument(context, use, "profile", [given], (profile) => useProfile(context, profile));
        },
        { mayCreateProfile: true },
      ),
    );
  addExamples(use, [["briksync profiles use work", 'Use the profile "work"']]);

  const remove: Command = parent
    .command("remove")
    .summary("Sign out of a profile and remove it")
    .description(
      "End the sessions of a profile on their servers, and remove the profile from this machine. If a server cannot be reached, the CLI " +
        "still removes the profile and exits with code 8.",
    )
    .argument("[profile]", "Name of the profile. At a terminal, you can choose one")
    .action(
      run<[profile?: string]>(
        async (context, [given]) => {
          const { removeProfile } = await load();
          return pickArgument(context, remove, "profile", [given], (profile) => removeProfile(context, profile));
        },
        { mayCreateProfile: true, reportsRefusedSession: true },
      ),
    );
  addExamples(remove, [["briksync profiles remove work", 'Remove the profile "work"']]);
}
