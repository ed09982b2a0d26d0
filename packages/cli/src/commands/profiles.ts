import type { CliCommand } from "./command.ts";
import { pickArgument } from "./pick-argument.ts";

const load = () => import("../session/manage-profiles.ts");

/** Registers `briksync profiles list`, `show`, `use` and `remove`. */
export function registerProfiles(parent: CliCommand): void {
  parent
    .command("list")
    .alias("ls")
    .summary("List your profiles")
    .description(
      "List your profiles with their servers, users and companies. A star marks the profile of this run. Asks no server.",
    )
    .examples({
      "briksync profiles list": "List your profiles",
      "briksync profiles list -o ids": "Print one name per line",
    })
    .runs(async (context) => (await load()).listProfiles(context), { mayCreateProfile: true });

  parent
    .command("show")
    .summary("Show a profile and its sessions")
    .description("Show a profile and its stored sessions. Without a name, shows the profile of this run.")
    .argument("[profile]", "Name of the profile")
    .examples({
      "briksync profiles show": "Show the profile that you use",
      "briksync profiles show work -o json": "Print a profile as JSON",
    })
    .runs<[profile: string | undefined]>(async (context, [profile]) => (await load()).showProfile(context, profile), {
      mayCreateProfile: true,
    });

  const use: CliCommand = parent
    .command("use")
    .summary("Use a profile by default")
    .description("Use a profile in all runs without --profile and BRIKSYNC_PROFILE.")
    .argument("[profile]", "Name of the profile. At a terminal, you can choose one")
    .examples({ "briksync profiles use work": 'Use the profile "work"' })
    .runs<[profile?: string]>(
      async (context, [given]) => {
        const { useProfile } = await load();
        return pickArgument(context, use, "profile", [given], (profile) => useProfile(context, profile));
      },
      { mayCreateProfile: true },
    );

  const remove: CliCommand = parent
    .command("remove")
    .summary("Sign out of a profile and remove it")
    .description(
      "End the sessions of a profile on their servers, and remove the profile from this machine. If a server cannot be reached, the CLI " +
        "still removes the profile and exits with code 8.",
    )
    .argument("[profile]", "Name of the profile. At a terminal, you can choose one")
    .examples({ "briksync profiles remove work": 'Remove the profile "work"' })
    .runs<[profile?: string]>(
      async (context, [given]) => {
        const { removeProfile } = await load();
        return pickArgument(context, remove, "profile", [given], (profile) => removeProfile(context, profile));
      },
      { mayCreateProfile: true, reportsRefusedSession: true },
    );
}
