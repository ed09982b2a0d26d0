import type { StagedSecret } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { createExecSink } from "../../sinks/programs/exec-sink.ts";
import type { KnownKey } from "../../sinks/sink.ts";

/** A check that the user provides. */
export interface SecretCheck {
  /** Throws if the command cannot run. Changes nothing. */
  preflight(signal: AbortSignal): Promise<void>;
  /** Throws VERIFICATION_FAILED unless the command reads the secret from standard input and exits with 0. */
  run(secret: StagedSecret, context: { readonly signal: AbortSignal }): Promise<void>;
}

/** Time limit for a check, unless `--sink-timeout` is set. */
const timeoutMsDefault = 60_000;

/** Returns the check of `--verify-with`. The command has the same form, placeholders and variables as `exec:`. */
export function openCheck(context: Context, command: string, key: KnownKey, timeoutMs = timeoutMsDefault): SecretCheck {
  if (command.trim() === "") throw new CliError("USAGE", "--verify-with requires a command.");
  const spec = `exec:${command}`;
  const sink = createExecSink(context, { spec, scheme: "exec", place: command, names: null }, key, timeoutMs);
  return {
    preflight: (signal) => sink.preflight(signal),
    async run({ clientSecret }, { signal }) {
      try {
        await sink.deliver({ ...key, clientSecret }, signal);
      } catch (error) {
        if (!(error instanceof CliError) || error.type === "INTERRUPTED") throw error;
        const { message, details, hint } = error;
        throw new CliError("VERIFICATION_FAILED", `Your check did not accept the new secret. ${message}`, {
          details,
          hint,
          cause: error,
        });
      }
    },
  };
}
