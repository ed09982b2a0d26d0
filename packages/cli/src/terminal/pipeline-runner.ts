import type { Host } from "../host.ts";

/** CI runners that execute commands in the log of a step. */
export type PipelineRunner = "github-actions" | "azure-pipelines";

/** Returns the CI runner of this step, from its environment variable, or null. */
export function findPipelineRunner(env: Host["env"]): PipelineRunner | null {
  if (env["GITHUB_ACTIONS"] === "true") return "github-actions";
  return env["TF_BUILD"]?.toLowerCase() === "true" ? "azure-pipelines" : null;
}
