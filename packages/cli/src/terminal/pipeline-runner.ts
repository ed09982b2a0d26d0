import type { Host } from "../host.ts";

/** The runners that read along in the log of a step and obey lines in it. */
export type PipelineRunner = "github-actions" | "azure-pipelines";

/** Which runner this is a step of, as its own variable tells; null for none. */
export function findPipelineRunner(env: Host["env"]): PipelineRunner | null {
  if (env["GITHUB_ACTIONS"] === "true") return "github-actions";
  return env["TF_BUILD"]?.toLowerCase() === "true" ? "azure-pipelines" : null;
}
