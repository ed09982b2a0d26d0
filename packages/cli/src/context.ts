import type { BrikSync } from "@briksync/sdk";
import type { Config } from "./config/config.ts";
import type { GlobalOptions, OutputFormat } from "./config/globals.ts";
import type { Settings } from "./config/settings.ts";
import type { Host } from "./host.ts";
import type { Credential } from "./session/credential.ts";
import type { ServerClock } from "./session/server-clock.ts";
import type { SessionStorage } from "./storage/session-storage.ts";
import type { Io } from "./terminal/io.ts";
import type { Prompts } from "./terminal/prompts.ts";

/** Everything a command may use. Whatever costs something is a function and is built on first use. */
export interface Context {
  readonly host: Host;
  readonly io: Io;
  readonly globals: GlobalOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C; hand it to every call of the SDK. */
  readonly signal: AbortSignal;
  /** Learns the server's time from its answers. */
  readonly clock: ServerClock;
  /** The time by {@link Context.clock}: what durations and ages are computed from. */
  now(): Date;
  /** The profile file. Throws CONFIG_INVALID, naming the file, where it cannot be read. */
  config(): Promise<Config>;
  /** Server, profile and output format, each with where it came from. */
  settings(): Promise<Settings>;
  /** How to print data; a flag decides without looking into the profile. */
  output(): Promise<OutputFormat>;
  /** Which credential this run acts with: environment token, environment password, or stored session. Never asks. */
  credential(): Promise<Credential>;
  /** A signed-in client. Throws NOT_SIGNED_IN where there is nothing to sign in with. */
  client(): Promise<BrikSync>;
  /** A client without any credential. */
  anonymousClient(): Promise<BrikSync>;
  /** Where the session of this profile and server is kept. */
  sessions(): Promise<SessionStorage>;
  /**
   * Questions on stderr. Throws USAGE where nobody can be asked (no terminal, or --no-input);
   * `instead` tells what to give on the command line, such as `Give --email.`
   */
  prompts(instead?: string): Promise<Prompts>;
}
