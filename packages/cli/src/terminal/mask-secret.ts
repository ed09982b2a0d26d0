import type { Secret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { findPipelineRunner, type PipelineRunner } from "./pipeline-runner.ts";

/** Time for the runner to read the command before the secret can reach it through another pipe. */
const settleMs = 100;

/**
 * Tells the runner of GitHub Actions or Azure Pipelines to mask the secret in its log. Does nothing elsewhere. The
 * command goes to stderr, which the runner reads too, because stdout may be redirected to a variable or file. If stderr
 * does not reach the runner, it prints a warning and masks nothing. The secret must be one line. (docs.github.com,
 * "Workflow commands for GitHub Actions", masking a value; learn.microsoft.com, "Logging commands", SetSecret.)
 */
export async function maskSecret(context: Pick<Context, "env" | "io" | "host">, secret: Secret): Promise<void> {
  const fault = findMaskFault(context);
  if (fault !== null) context.io.writeWarning(`The job log does not mask the new secret because ${fault}.`);
  if (!maskToken(context, secret)) return;
  await context.io.flush();
  await new Promise((resolve) => setTimeout(resolve, settleMs));
}

/**
 * Tells the runner to mask a token that the CLI uses but never prints. Does nothing if the command would not reach the
 * runner, so that the token is in no file. Returns whether it printed the command.
 */
export function maskToken(context: Pick<Context, "env" | "io" | "host">, token: Secret): boolean {
  const runner = findPipelineRunner(context.env);
  if (runner === null || findMaskFault(context) !== null) return false;
  context.io.writeRunnerCommand(formatMask(runner, token.reveal()));
  return true;
}

/**
 * Returns why a command on stderr would not reach the CI runner, such as `stderr goes to a file`. The secret in the
 * command would then be in that file in plain text. Returns null if the command reaches the runner, or if there is no
 * runner.
 */
export function findMaskFault({ env, host }: Pick<Context, "env" | "host">): string | null {
  if (findPipelineRunner(env) === null) return null;
  const { kind, identity } = host.inspectOutput("stderr");
  if (kind === "terminal") return null;
  if (kind === "file") return "stderr goes to a file";
  if (kind === "none") return "stderr is closed or discarded";
  // A runner reads stdout and stderr through separate pipes. A single pipe leads to another program such as tee, which
  // may write a file.
  return host.inspectOutput("stdout").identity === identity ? "stderr goes into the same pipe as stdout" : null;
}

function formatMask(runner: PipelineRunner, secret: string): string {
  if (runner === "github-actions") return `::add-mask::${secret.replaceAll("%", "%25")}`;
  return `##vso[task.setsecret]${secret.replaceAll("%", "%AZP25")}`;
}
