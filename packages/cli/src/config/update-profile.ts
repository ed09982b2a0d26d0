import { join } from "node:path";
import { type LockOptions, withFileLock } from "../storage/file-lock.ts";
import { writeOwnFile } from "../storage/write-own-file.ts";
import { type Config, nameConfigFile, type Profile, readProfiles } from "./config.ts";

/**
 * Changes one profile and writes the file atomically (directory 0700, file 0600). Runs under a lock, so that two runs
 * do not lose each other's changes. `change` receives the current profile (undefined if there is none) and returns the
 * new one (undefined to remove it). A removed profile is no longer the default of later runs.
 */
export async function updateProfile(
  directory: string,
  name: string,
  change: (profile: Profile | undefined) => Profile | undefined,
  lock: LockOptions,
): Promise<void> {
  await updateConfig(directory, lock, ({ profiles, currentProfile }) => {
    const changed = change(profiles.get(name));
    const others = [...profiles].filter(([other]) => other !== name);
    if (changed === undefined)
      return { profiles: new Map(others), currentProfile: currentProfile === name ? undefined : currentProfile };
    return { profiles: new Map(profiles).set(name, changed), currentProfile };
  });
}

/** Makes a profile the default of later runs. Writes the file like {@link updateProfile}. */
export async function selectProfile(directory: string, name: string, lock: LockOptions): Promise<void> {
  await updateConfig(directory, lock, ({ profiles }) => ({ profiles, currentProfile: name }));
}

type Content = Pick<Config, "profiles" | "currentProfile">;

async function updateConfig(directory: string, lock: LockOptions, change: (content: Content) => Content) {
  await withFileLock(join(directory, "config.lock"), lock, async () => {
    const { profiles, currentProfile } = change(readProfiles(directory, lock.host));
    const content = { version: 1, currentProfile, profiles: Object.fromEntries(profiles) };
    await writeOwnFile(lock.host, nameConfigFile(directory), `${JSON.stringify(content, null, 2)}\n`);
  });
}
