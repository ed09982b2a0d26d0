import type { Secret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { findPipelineRunner, type PipelineRunner } from "../pipeline-runner.ts";

/** How long the runner gets to read the command before the secret can reach it through another pipe. */
const settleMs = 100;

/**
 * In a step of GitHub Actions or Azure Pipelines, has the runner mask the secret in its log from now on; elsewhere does nothing. The command
 * goes to stderr, which the runner reads as well (and first), because stdout may be on its way into a variable or file. The secret must be
 * one line. (docs.github.com, "Workflow commands for GitHub Actions", masking a value; learn.microsoft.com, "Logging commands", SetSecret.)
 */
export async function maskSecret({ env, io }: Pick<Context, "env" | "io">, secret: Secret): Promise<void> {
  const runner = findPipelineRunner(env);
  if (runner === null) return;
  io.writeRunnerCommand(formatMask(runner, secret.reveal()));
  await io.flush();
  await new Promise((resolve) => setTimeout(resolve, settleMs));
}

function formatMask(runner: PipelineRunner, secret: string): string {
  if (runner === "github-actions") return `::add-mask::${secret.replaceAll("%", "%25")}`;
  return `##vso[task.setsecret]${secret.replaceAll("%", "%AZP25")}`;
}
