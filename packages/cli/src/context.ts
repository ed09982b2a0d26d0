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

/** The values and functions that a command can use. Expensive parts are functions that run on first use. */
export interface Context {
  readonly host: Host;
  readonly io: Io;
  readonly globals: GlobalOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. Pass it to every call of the SDK. */
  readonly signal: AbortSignal;
  /** Tracks the server's time from its responses. */
  readonly clock: ServerClock;
  /** The time of {@link Context.clock}, for durations and ages. */
  now(): Date;
  /** The configuration. Throws CONFIG_INVALID with the file name if it cannot be read. */
  config(): Promise<Config>;
  /** Server, profile and output format, with their sources. */
  settings(): Promise<Settings>;
  /** The output format. A flag decides it without reading the configuration. */
  output(): Promise<OutputFormat>;
  /**
   * The credential of this run: token from the environment, password from the environment, or stored session. Never
   * prompts.
   */
  credential(): Promise<Credential>;
  /** A signed-in client. Throws NOT_SIGNED_IN if there is no credential. */
  client(): Promise<BrikSync>;
  /** The storage for the session of this profile and server. */
  sessions(): Promise<SessionStorage>;
  /**
   * Prompts on stderr. Throws USAGE without a terminal or with --no-input. `instead` is the hint that says what to pass
   * on the command line, such as `Pass --email EMAIL.`
   */
  prompts(instead?: string): Promise<Prompts>;
}
