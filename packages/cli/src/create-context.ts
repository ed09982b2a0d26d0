import type { BrikSync } from "@briksync/sdk";
import { type Config, nameConfigFile, readConfig } from "./config/config.ts";
import type { GlobalOptions } from "./config/globals.ts";
import { resolveSettings } from "./config/settings.ts";
import type { Context } from "./context.ts";
import { CliError } from "./errors/cli-error.ts";
import type { Host } from "./host.ts";
import { findCredential } from "./session/credential.ts";
import { createServerClock } from "./session/server-clock.ts";
import { findExposure } from "./storage/file-access.ts";
import { readStorageKind } from "./storage/session-storage.ts";
import { canAsk } from "./terminal/confirm.ts";
import type { Io } from "./terminal/io.ts";
import { sanitizeText } from "./text/sanitize.ts";

/** The parts of a run. `mayCreateProfile` is set if the command may use a profile that does not exist yet (login). */
export interface ContextOptions {
  readonly host: Host;
  readonly io: Io;
  readonly globals: GlobalOptions;
  readonly signal: AbortSignal;
  readonly mayCreateProfile: boolean;
}

/** Time limit for ending a session that was opened for one run. */
const finishTimeoutMs = 2000;

/**
 * Builds the context of one run. Reads and opens everything on first use, and only once. Always call `finish` at the
 * end.
 */
export function createContext({ host, io, globals, signal, mayCreateProfile }: ContextOptions) {
  const { env } = host;
  const openedForThisRun: BrikSync[] = [];
  const clock = createServerClock(host);
  const context: Context = {
    host,
    io,
    globals,
    env,
    signal,
    clock,
    now: () => clock.now(),
    config: once(async () => {
      const config = readConfig(host);
      warnOfExposure(context, config);
      return config;
    }),
    settings: once(async () => {
      const settings = resolveSettings(globals, env, await context.config(), mayCreateProfile);
      if (globals.isDebug)
        io.writeError(io.statusColors.dim(`debug: server ${settings.server.value} (${settings.server.name})`));
      return settings;
    }),
    output: async () => globals.output ?? (await context.settings()).output.value,
    credential: once(() => findCredential(context)),
    client: once(async () => {
      const { openSignedInClient } = await import("./session/open-client.ts");
      return openSignedInClient(context, await context.credential(), (client) => openedForThisRun.push(client));
    }),
    sessions: once(async () => {
      const { profile, server, storedProfile } = await context.settings();
      const { directory } = await context.config();
      const { openSessionStorage } = await import("./storage/open-session-storage.ts");
      const kind = readStorageKind(env) ?? storedProfile?.sessions?.[server.value]?.storage ?? "keychain";
      return openSessionStorage(context, kind, { directory, profile: profile.value, server: server.value });
    }),
    async prompts(instead) {
      if (!canAsk(context)) {
        const reason = globals.hasInput ? "this is not a terminal" : "--no-input is set";
        throw new CliError("USAGE", `The CLI cannot prompt for missing values because ${reason}.`, { hint: instead });
      }
      const { openPrompts } = await import("./terminal/prompts.ts");
      return openPrompts(io, host, signal);
    },
  };
  return {
    context,
    async finish(): Promise<void> {
      const options = { timeoutMs: finishTimeoutMs };
      await Promise.allSettled(openedForThisRun.map((client) => client.auth.signOut(options)));
    },
  };
}

// A user who can change the profile can choose the server that gets the password.
function warnOfExposure({ io, host }: Context, config: Config): void {
  if (config.stats === null) return;
  const path = nameConfigFile(config.directory);
  const exposure = findExposure(path, config.stats, host);
  if (exposure === null) return;
  io.writeWarning(
    `Other users of this machine can ${exposure.what} the configuration file ${sanitizeText(path)}. To fix this, run: ${sanitizeText(exposure.hint)}`,
  );
}

function once<T>(build: () => Promise<T>): () => Promise<T> {
  let built: Promise<T> | undefined;
  return () => {
    built ??= build();
    return built;
  };
}
