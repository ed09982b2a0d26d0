import { join } from "node:path";
import { type LockOptions, withFileLock } from "../storage/file-lock.ts";
import { writeOwnFile } from "../storage/write-own-file.ts";
import { nameConfigFile, type Profile, readProfiles } from "./config.ts";

/**
 * Changes one profile and writes the file atomically (directory 0700, file 0600). Runs under a lock, so that two runs
 * do not lose each other's changes. `change` receives the current profile (undefined if there is none) and returns the
 * new one (undefined to remove it).
 */
export async function updateProfile(
  directory: string,
  name: string,
  change: (profile: Profile | undefined) => Profile | undefined,
  lock: LockOptions,
): Promise<void> {
  await withFileLock(join(directory, "config.lock"), lock, async () => {
    const profiles = new Map(readProfiles(directory, lock.host).profiles);
    const changed = change(profiles.get(name));
    if (changed === undefined) profiles.delete(name);
    else profiles.set(name, changed);
    const content = { version: 1, profiles: Object.fromEntries(profiles) };
    await writeOwnFile(lock.host, nameConfigFile(directory), `${JSON.stringify(content, null, 2)}\n`);
  });
}
