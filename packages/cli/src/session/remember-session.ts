import type { Company } from "@briksync/sdk";
import type { Profile, SessionNote } from "../config/config.ts";
import { updateProfile } from "../config/update-profile.ts";
import type { Context } from "../context.ts";

/**
 * Notes in the profile where the session of this server is and for whom. The server becomes the profile's own where it has none yet,
 * or where `--server` says so.
 */
export async function rememberSession(context: Context, note: SessionNote): Promise<void> {
  const isServerChosen = (await context.settings()).server.source === "flag";
  await changeProfile(context, (profile, server) => ({
    ...profile,
    server: isServerChosen ? server : (profile?.server ?? server),
    sessions: { ...profile?.sessions, [server]: note },
  }));
}

/** Notes that the session now works in another company. */
export async function rememberCompany(context: Context, company: Company): Promise<void> {
  await changeProfile(context, (profile, server) => {
    const note = profile?.sessions?.[server];
    return note === undefined
      ? profile
      : {
          ...profile,
          sessions: { ...profile?.sessions, [server]: { ...note, company: company.name, companyId: company.id } },
        };
  });
}

async function changeProfile(
  context: Context,
  change: (profile: Profile | undefined, server: string) => Profile | undefined,
): Promise<void> {
  const [{ directory }, { profile, server }] = await Promise.all([context.config(), context.settings()]);
  await updateProfile(directory, profile.value, (stored) => change(stored, server.value), {
    host: context.host,
    signal: context.signal,
  });
}
