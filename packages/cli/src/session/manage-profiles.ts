import { type Config, type Profile, profileNamePattern } from "../config/config.ts";
import { selectProfile, updateProfile } from "../config/update-profile.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import type { ExitCode } from "../errors/exit-codes.ts";
import { type ListLayout, printList } from "../terminal/print-list.ts";
import { createField, printRecord } from "../terminal/print-record.ts";
import { findNearestNames } from "../text/names.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { signOutOfProfile } from "./sign-out.ts";

/** A profile for people and programs, with its stored sessions. It never contains a token. */
type ProfileSummary = ReturnType<typeof summarize>;

const profileListLayout: ListLayout<ProfileSummary> = {
  empty: "There are no profiles. To create one, run: briksync login",
  nouns: ["profile", "profiles"],
  id: ({ name }) => name,
  columns: [
    { header: "", field: "active", show: ({ active }) => (active ? "*" : "") },
    { header: "NAME", field: "name", widthMin: 10 },
    { header: "SERVER", field: "server", widthMin: 20 },
    { header: "USER", field: "email", value: (profile) => findOwnSession(profile)?.email, widthMin: 12, dropOrder: 2 },
    { header: "COMPANY", field: "company", value: (profile) => findOwnSession(profile)?.company, widthMin: 12 },
    {
      header: "SESSION",
      field: "storage",
      value: (profile) => findOwnSession(profile)?.storage,
      show: (profile) => findOwnSession(profile)?.storage ?? "signed out",
      dropOrder: 1,
    },
  ],
};

/** Runs `briksync profiles list`. */
export async function listProfiles(context: Context): Promise<void> {
  const { profiles } = await context.config();
  const current = (await context.settings()).profile.value;
  const summaries = [...profiles].map(([name, profile]) => summarize(name, profile, current));
  await printList(context, summaries, profileListLayout);
}

/** Runs `briksync profiles show`. */
export async function showProfile(context: Context, name: string | undefined): Promise<void> {
  const config = await context.config();
  const current = (await context.settings()).profile.value;
  const profile = summarize(name ?? current, requireProfile(config, name ?? current), current);
  const sessions = profile.sessions.map(({ server, email, company, storage }) => {
    const who = [email, company].filter((part) => part !== null).join(", ");
    return `${server}  ${who === "" ? "unknown user" : who} (${storage})`;
  });
  await printRecord(context, {
    id: profile.name,
    json: profile,
    fields: [
      createField("Name", "name", profile.name),
      createField("Server", "server", profile.server, profile.server ?? "none"),
      createField("Active", "active", profile.active, profile.active ? "yes" : "no"),
      createField(
        "Sessions",
        "sessions",
        profile.sessions.map(({ server }) => server).join(" "),
        sessions.length === 0 ? "none" : sessions,
      ),
    ],
  });
}

/** Runs `briksync profiles use`. */
export async function useProfile(context: Context, name: string): Promise<void> {
  const config = await context.config();
  const { server = "the default server" } = requireProfile(config, name);
  await selectProfile(config.directory, name, { host: context.host, signal: context.signal });
  context.io.writeDone(`Commands now use the profile "${name}", on ${server}.`);
  if (context.env["BRIKSYNC_PROFILE"] && context.env["BRIKSYNC_PROFILE"] !== name)
    context.io.writeWarning("BRIKSYNC_PROFILE is set and overrides this choice. Unset it to use the profile.");
}

/** Runs `briksync profiles remove`. Returns the exit code of the first session that could not be ended. */
export async function removeProfile(context: Context, name: string): Promise<ExitCode | undefined> {
  const config = await context.config();
  requireProfile(config, name);
  const exitCode = await signOutOfProfile(context, name);
  await updateProfile(config.directory, name, () => undefined, { host: context.host });
  context.io.writeDone(`Removed the profile "${name}".`);
  return exitCode;
}

function requireProfile({ profiles }: Config, name: string): Profile {
  const profile = profiles.get(name);
  if (profile !== undefined) return profile;
  const names = [...profiles.keys()].sort();
  const [nearest] = findNearestNames(name, names, 1);
  const advice =
    nearest === undefined ? "To list your profiles, run: briksync profiles list" : `Did you mean ${nearest}?`;
  const create = `To create it, run: briksync login --profile ${quoteArgument(name)} --server URL`;
  throw new CliError("NOT_FOUND", `Profile "${name}" does not exist.`, {
    details: names,
    hint: profileNamePattern.test(name) ? `${advice}\n${create}` : advice,
  });
}

// The session on the profile's own server comes first.
function summarize(name: string, profile: Profile, current: string) {
  const { sessions = {} } = profile;
  const server = profile.server ?? null;
  const all = Object.entries(sessions).map(([url, { email = null, company = null, companyId = null, storage }]) => ({
    server: url,
    email,
    company,
    companyId,
    storage,
  }));
  const own = all.filter((session) => session.server === server);
  return { name, server, active: name === current, sessions: [...own, ...all.filter((each) => !own.includes(each))] };
}

function findOwnSession({ server, sessions }: ProfileSummary) {
  return sessions.find((session) => session.server === server);
}
