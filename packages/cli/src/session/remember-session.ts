import type { Company } from "@briksync/sdk";
import type { Profile, SessionNote } from "../config/config.ts";
import { updateProfile } from "../config/update-profile.ts";
import type { Context } from "../context.ts";

/**
 * Records in the profile where the session of this server is stored and for whom. Sets the server of the profile if it
 * has none, or if `--server` was passed.
 */
export async function rememberSession(context: Context, note: SessionNote): Promise<void> {
  const isServerChosen = (await context.settings()).server.source === "flag";
  await changeProfile(context, (profile, server) => ({
    ...profile,
    server: isServerChosen ? server : (profile?.server ?? server),
    sessions: { ...profile?.sessions, [server]: note },
  }));
}

/** Records the new company of the session. */
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
