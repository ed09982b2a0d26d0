import type { Context } from "../context.ts";
import type { ExitCode } from "../errors/exit-codes.ts";

/** The body of a command. It receives typed arguments and options, and returns an exit code only if that is not 0. */
export type Action<Args extends readonly unknown[], Options extends object> = (
  context: Context,
  args: Args,
  options: Options,
  // biome-ignore lint/suspicious/noConfusingVoidType: most commands simply end, and `undefined` would force each to return it
) => Promise<ExitCode | void>;

/** Traits of a command that differ from the default. */
export interface ActionTraits {
  /** The command may use a profile that does not exist yet (login). */
  readonly mayCreateProfile?: boolean;
  /**
   * The command reports a rejected session instead of prompting for the password and starting again (whoami, logout,
   * doctor).
   */
  readonly reportsRefusedSession?: boolean;
  /** False if the command never mentions that a newer version exists (version, and what shells run on TAB). */
  readonly mentionsUpdate?: boolean;
}

/** Wraps the body of a command for commander: builds the context, runs the body and stores its exit code. */
export type RunAction = <Args extends readonly unknown[] = [], Options extends object = Record<never, never>>(
  action: Action<Args, Options>,
  traits?: ActionTraits,
) => (...received: unknown[]) => Promise<void>;
