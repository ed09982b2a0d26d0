import type { Secret } from "@briksync/sdk";
import type { Context } from "../context.ts";

/** How long the runner gets to read the command before the secret can reach it through another pipe. */
const settleMs = 100;

/**
 * In a GitHub Actions step, has the runner mask the secret in its log from now on; elsewhere does nothing. The command goes to
 * stderr, which the runner reads as well (and first), because stdout may be on its way into a variable or file.
 * (docs.github.com, "Workflow commands for GitHub Actions", masking a value.) The secret must be one line.
 */
export async function maskSecret({ env, io }: Pick<Context, "env" | "io">, secret: Secret): Promise<void> {
  if (env["GITHUB_ACTIONS"] !== "true") return;
  io.writeRunnerCommand(`::add-mask::${secret.reveal().replaceAll("%", "%25")}`);
  await io.flush();
  await new Promise((resolve) => setTimeout(resolve, settleMs));
}
