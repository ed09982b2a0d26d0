import type { Context } from "../context.ts";
import type { ExitCode } from "../errors/exit-codes.ts";

/** The body of a command: typed arguments and options, and an exit code only where it is not 0. */
export type Action<Args extends readonly unknown[], Options extends object> = (
  context: Context,
  args: Args,
  options: Options,
  // biome-ignore lint/suspicious/noConfusingVoidType: most commands simply end, and `undefined` would force each to return it
) => Promise<ExitCode | void>;

/** How a command differs from the usual. */
export interface ActionTraits {
  /** May name a profile that does not exist yet (login). */
  readonly mayCreateProfile?: boolean;
  /** Reports a refused session instead of asking for the password and starting over (whoami, logout, doctor). */
  readonly reportsRefusedSession?: boolean;
}

/** Wraps a command's body for commander: builds the context, runs the body, keeps its exit code. */
export type RunAction = <Args extends readonly unknown[] = [], Options extends object = Record<never, never>>(
  action: Action<Args, Options>,
  traits?: ActionTraits,
) => (...received: unknown[]) => Promise<void>;
